import { VirtualClock } from '../../testing/virtual-clock.js';
import { MemoryTokenBucket } from './memory-token-bucket.js';

describe('the buckets of one process (OP-2)', () => {
  it('are as many as 10,000: a flood of new names forgets who asked least lately', () => {
    const buckets = new MemoryTokenBucket(new VirtualClock(), { perSecond: 1, burst: 1 });
    expect(buckets.take('first').isTaken).toBe(true);
    expect(buckets.take('first').isTaken).toBe(false);
    for (let at = 1; at < 10_000; at++) buckets.take(`name-${at}`);
    expect(buckets.take('first').isTaken).toBe(false);
    for (let at = 0; at < 10_000; at++) buckets.take(`other-${at}`);
    expect(buckets.take('first').isTaken).toBe(true);
  });

  it('are never fuller than what was learnt of another, and never emptier than what was taken here', () => {
    const clock = new VirtualClock();
    const buckets = new MemoryTokenBucket(clock, { perSecond: 10, burst: 20 });
    buckets.learn('a', clock.now(), 2_000);
    expect(buckets.take('a')).toMatchObject({ isTaken: false, retryAfterMs: 100 });
    buckets.learn('a', clock.now() - 60_000, 0);
    expect(buckets.peek('a').isTaken).toBe(false);
  });
});
