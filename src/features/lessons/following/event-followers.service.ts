import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { CancelTimer, Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Draining } from '../../../platform/http/index.js';
import { EventFeed } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { LESSON_POLICY, type LessonPolicy } from '../lessons.policy.js';
import { StreamUnavailableError } from './stream-unavailable.error.js';

/**
 * Everybody who follows a lesson from this process. One question at a time is asked for all of them, and none while
 * there is nobody.
 */
@Injectable()
export class EventFollowers implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private cancelTimer: CancelTimer = () => undefined;
  private isLooking = false;
  private beatAt = 0;
  private isClosed = false;

  constructor(
    @Inject(EventFeed) private readonly feed: EventFeed,
    @Inject(LESSON_POLICY) private readonly policy: LessonPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Draining) draining: Draining,
  ) {
    draining.onBegin(() => this.close());
  }

  /** @throws StreamUnavailableError when one more is too many, or this process is on its way out */
  admit(): void {
    if (this.isClosed) throw new StreamUnavailableError('this process is on its way out');
    if (this.streams.size >= this.policy.maxFollowers)
      throw new StreamUnavailableError(`${this.streams.size} connections follow already`);
  }

  /** Sends what the lesson told after `after`, and then whatever it tells, until it has ended. */
  follow(id: string, after: number, response: ServerResponse): void {
    const stream = new EventStream(id, after, response, this.policy.maxUnreadBytes);
    this.streams.add(stream);
    response.on('close', () => this.streams.delete(stream));
    response.on('error', () => this.streams.delete(stream));
    if (this.streams.size === 1) this.beatAt = this.clock.now() + this.policy.heartbeatMs;
    void this.look();
  }

  beforeApplicationShutdown(): void {
    this.close();
  }

  private close(): void {
    this.isClosed = true;
    this.cancelTimer();
    for (const stream of this.streams) stream.close();
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    this.cancelTimer();
    const streams = [...this.streams];
    try {
      const events = await this.feed.after(streams);
      for (const stream of streams) stream.databaseIsAway(false);
      for (const event of events) streams[event.follower]!.send(event);
    } catch {
      for (const stream of streams) stream.databaseIsAway(true);
    }
    this.isLooking = false;
    this.beatWhenDue();
    for (const stream of this.streams) if (stream.isClosed) this.streams.delete(stream);
    if (this.streams.size > 0 && !this.isClosed)
      this.cancelTimer = this.clock.after(this.policy.lookForEventsEveryMs, () => void this.look());
  }

  private beatWhenDue(): void {
    const now = this.clock.now();
    if (now < this.beatAt) return;
    this.beatAt = now + this.policy.heartbeatMs;
    for (const stream of this.streams) stream.beat();
  }
}
