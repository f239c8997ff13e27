import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { PostgresChangeFeed } from '../../adapters/postgres/postgres-change-feed.js';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { WakeUpListener } from '../../adapters/postgres/wake-up-listener.js';
import {
  Stream,
  StreamFollower,
  type Clock,
  type Dependent,
  type Pinned,
  type Report,
} from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { READ_POOL } from '../database/index.js';
import { probeScope, REPORT } from '../observability/index.js';

/** Follows every stream that a namespace is confirmed by, for as long as the process runs. */
@Injectable()
export class CoherenceService implements BeforeApplicationShutdown {
  private readonly followers = new Map<string, StreamFollower>();

  constructor(
    @Inject(READ_POOL) private readonly pool: StatementPool,
    @Inject(WakeUpListener) private readonly listener: WakeUpListener,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  stream(name: string): Stream {
    return this.follower(name).stream;
  }

  streams(): Stream[] {
    return [...this.followers.values()].map(({ stream }) => stream);
  }

  /** Loads this value eagerly whenever the stream changes. */
  pin(stream: string, pinned: Pinned): void {
    this.follower(stream).pin(pinned);
  }

  /** Tells this how the stream fares. */
  attach(stream: string, dependent: Dependent): void {
    this.follower(stream).attach(dependent);
  }

  /** True once the stream's first poll was answered or has failed, false if that takes longer than `withinMs`. */
  whenAsked(stream: string, withinMs: number): Promise<boolean> {
    return this.follower(stream).whenAsked(withinMs);
  }

  /** True once everything pinned in the stream can be served, false if that takes longer than `withinMs`. */
  whenLoaded(stream: string, withinMs: number): Promise<boolean> {
    return this.follower(stream).whenLoaded(withinMs);
  }

  /** True once this process serves `version`, false if that takes longer than `withinMs`. */
  whenApplied(stream: string, version: number, withinMs: number): Promise<boolean> {
    return this.follower(stream).whenApplied(version, withinMs);
  }

  /** Every stream is asked for changes within some milliseconds. */
  wake(): void {
    for (const follower of this.followers.values()) follower.wake();
  }

  start(): void {
    for (const follower of this.followers.values()) follower.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.followers.values()].map((follower) => follower.stop()));
  }

  private follower(name: string): StreamFollower {
    let follower = this.followers.get(name);
    if (follower === undefined) {
      follower = new StreamFollower({
        clock: this.clock,
        report: this.report,
        feed: new PostgresChangeFeed(name, this.pool, this.listener),
        stream: new Stream(name),
        listen: this.settings.changeFeed === 'listen',
        probeScope,
      });
      this.followers.set(name, follower);
    }
    return follower;
  }
}
