import type pg from 'pg';
import { DeadlineClient, destroySocket } from './deadline-client.js';

const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** A half-open connection looks alive until something is asked over it. */
const heartbeatMs = 10_000;

/**
 * One connection that LISTENs on every channel asked for and calls back on each notification, and once after every
 * (re)connection, because what was notified meanwhile is lost. It reconnects for ever.
 */
export class WakeUpListener {
  private readonly wakes = new Map<string, Set<() => void>>();
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = firstRetryMs;
  private closed = false;

  constructor(private readonly options: { readonly url: string; readonly timeoutMs: number }) {}

  /** Returns the way to stop. */
  listen(channel: string, wake: () => void): () => Promise<void> {
    const wakes = this.wakes.get(channel) ?? new Set();
    this.wakes.set(channel, wakes.add(wake));
    if (this.client !== null) void this.subscribe(this.client, channel).catch(() => this.lose(this.client));
    else if (this.timer === undefined) this.schedule(0, () => void this.connect());
    return async () => {
      wakes.delete(wake);
      if ([...this.wakes.values()].every((each) => each.size === 0)) await this.close();
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    // A farewell would wait for its answer, and the network may swallow both.
    if (client) destroySocket(client);
  }

  private async connect(): Promise<void> {
    const client: pg.Client = new DeadlineClient({
      connectionString: this.options.url,
      connectionTimeoutMillis: this.options.timeoutMs,
      query_timeout: this.options.timeoutMs,
      keepAlive: true,
      application_name: 'lastgood-listen',
    });
    client.on('error', () => this.lose(client));
    client.on('end', () => this.lose(client));
    client.on('notification', ({ channel }) => this.wake(channel));
    this.client = client;
    try {
      await client.connect();
      for (const channel of this.wakes.keys()) await this.subscribe(client, channel);
    } catch {
      this.lose(client);
      return;
    }
    if (this.closed || this.client !== client) return;
    this.retryMs = firstRetryMs;
    for (const channel of this.wakes.keys()) this.wake(channel);
    this.heartbeat(client);
  }

  private async subscribe(client: pg.Client, channel: string): Promise<void> {
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  }

  private heartbeat(client: pg.Client): void {
    this.schedule(heartbeatMs, () => {
      client.query('SELECT 1').then(
        () => this.client === client && this.heartbeat(client),
        () => this.lose(client),
      );
    });
  }

  private lose(client: pg.Client | null): void {
    if (client === null || this.client !== client) return;
    this.client = null;
    destroySocket(client);
    if (this.closed) return;
    this.schedule(this.retryMs * (0.5 + Math.random()), () => void this.connect());
    this.retryMs = Math.min(longestRetryMs, this.retryMs * 2);
  }

  private wake(channel: string): void {
    for (const wake of this.wakes.get(channel) ?? []) wake();
  }

  private schedule(ms: number, action: () => void): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(action, ms).unref();
  }
}
