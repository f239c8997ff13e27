import type { Redis } from 'ioredis';
import type { Wait } from '../../core/index.js';
import { mastersOf } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';

/** A half-open connection looks alive until something is asked over it. */
const heartbeatMs = 1_000;
const reopenMs = 500;

/**
 * Hears of released locks over one connection of its own, made at the first wait: all locks share a channel, so that
 * later waits are heard from their first moment. In a Cluster any node tells what is published on any other. A
 * connection that is lost is made anew; what was published meanwhile is not heard.
 */
export class ReleaseListener {
  private readonly waiters = new Map<string, Set<() => void>>();
  private connection: Redis | null = null;
  private timer: NodeJS.Timeout | undefined;
  private askedAt = 0;
  private isClosed = false;
  private readonly forgetLink: () => void;

  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
  ) {
    this.forgetLink = link.onUp(() => this.waiters.size > 0 && this.open());
  }

  wait(lock: string): Wait {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const waiters = this.waiters.get(lock) ?? new Set();
    this.waiters.set(lock, waiters.add(release));
    this.open();
    this.askWhetherAlive();
    return { released, cancel: () => this.forget(lock, waiters, release) };
  }

  close(): void {
    this.isClosed = true;
    this.forgetLink();
    clearTimeout(this.timer);
    this.waiters.clear();
    this.connection?.disconnect();
  }

  private forget(lock: string, waiters: Set<() => void>, release: () => void): void {
    waiters.delete(release);
    if (waiters.size === 0 && this.waiters.get(lock) === waiters) this.waiters.delete(lock);
  }

  private wake(lock: string): void {
    const waiters = this.waiters.get(lock);
    this.waiters.delete(lock);
    for (const release of waiters ?? []) release();
  }

  private open(): void {
    if (this.isClosed || this.connection !== null || !this.link.isUp) return;
    const masters = mastersOf(this.link.client);
    const master = masters[Math.floor(Math.random() * masters.length)];
    if (master === undefined) return;
    const connection = master.duplicate({
      commandTimeout: 500,
      socketTimeout: 2_000,
      connectTimeout: 500,
      connectionName: 'lastgood-released',
      enableOfflineQueue: true,
      enableAutoPipelining: false,
      autoResubscribe: false,
      lazyConnect: true,
      // Another node may have to take its place, so it is not ioredis that reconnects.
      retryStrategy: () => null,
    });
    this.connection = connection;
    connection.on('error', () => undefined);
    connection.on('message', (_channel: string, lock: string) => this.wake(lock));
    connection.on('end', () => this.lost());
    connection.subscribe(this.keys.released).catch(() => connection.disconnect());
  }

  private lost(): void {
    this.connection = null;
    clearTimeout(this.timer);
    if (this.isClosed || this.waiters.size === 0) return;
    this.timer = setTimeout(() => this.open(), reopenMs * (0.5 + Math.random())).unref();
  }

  /** What is not answered has ioredis give the socket up. */
  private askWhetherAlive(): void {
    const now = performance.now();
    if (this.connection?.status !== 'ready' || now - this.askedAt < heartbeatMs) return;
    this.askedAt = now;
    this.connection.ping().catch(() => undefined);
  }
}
