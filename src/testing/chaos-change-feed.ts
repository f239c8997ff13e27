import type { ChangeFeed, PollReply } from '../core/coherence/change-feed.js';
import type { Chaos } from './chaos.js';

/** Any change feed, with mishaps; its wake-ups can be lost, repeated or late besides. */
export class ChaosChangeFeed implements ChangeFeed {
  /** How often each wake-up arrives: 0 loses it, 2 repeats it. */
  wakeTimes = 1;
  wakeLateMs = 0;

  constructor(
    private readonly inner: ChangeFeed,
    private readonly chaos: Chaos,
  ) {}

  poll(after: number | null): Promise<PollReply> {
    return this.chaos.befall(() => this.inner.poll(after));
  }

  subscribe(wake: () => void): () => Promise<void> {
    return this.inner.subscribe(() => {
      for (let i = 0; i < this.wakeTimes; i++) this.chaos.delay(this.wakeLateMs, wake);
    });
  }

  raiseEpoch(expected: string): Promise<void> {
    return this.chaos.befall(() => this.inner.raiseEpoch(expected));
  }
}
