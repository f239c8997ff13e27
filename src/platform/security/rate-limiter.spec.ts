import { MemoryTokenBucket } from '../../adapters/memory/memory-token-bucket.js';
import { FakeTokenBucket } from '../../testing/fake-token-bucket.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { RateLimiter } from './rate-limiter.js';

const rate = { perSecond: 10, burst: 20 };
const patienceMs = 45;

describe('the rate limiter (OP-2)', () => {
  let clock: VirtualClock;
  let shared: FakeTokenBucket;

  beforeEach(() => {
    clock = new VirtualClock();
    shared = new FakeTokenBucket(clock, rate);
  });

  const limiter = (over: FakeTokenBucket | null = shared) =>
    new RateLimiter({ clock, local: new MemoryTokenBucket(clock, rate), shared: over });
  /** How many of `count` calls at this moment get a token. */
  const given = async (of: RateLimiter, count: number, name = 'a') => {
    const taking = Promise.all(Array.from({ length: count }, async () => of.take(name, patienceMs)));
    await clock.advance(0);
    return (await taking).filter(({ isTaken }) => isTaken).length;
  };
  /** Calls 40 times a second, in turn at each, for so many seconds; what was given in each of them. */
  const hammer = async (limiters: readonly RateLimiter[], seconds: number) => {
    const counts: number[] = [];
    for (let second = 0; second < seconds; second++) {
      let count = 0;
      for (let call = 0; call < 40; call++) {
        await clock.advance(25);
        count += await given(limiters[call % limiters.length]!, 1);
      }
      counts.push(count);
    }
    return counts;
  };

  it.each([
    ['one process without Redis', () => [limiter(null)]],
    ['one process', () => [limiter()]],
    ['three processes together', () => [limiter(), limiter(), limiter()]],
  ])('gives %s 20 at once and then 10 a second, for as long as that goes on', async (_, make) => {
    const limiters = make();
    let burst = 0;
    for (const each of limiters) burst += await given(each, 60);
    expect(burst).toBe(20);
    expect(await hammer(limiters, 10)).toEqual(Array.from({ length: 10 }, () => 10));
  });

  it('has a bucket for each name', async () => {
    const one = limiter();
    expect(await given(one, 30, 'a')).toBe(20);
    expect(await given(one, 30, 'b')).toBe(20);
  });

  it('gives each process 20 and 10 a second while Redis is away, and all together when it is back', async () => {
    const limiters = [limiter(), limiter(), limiter()];
    shared.isUp = false;
    for (const each of limiters) expect(await given(each, 40)).toBe(20);
    const inEach = (await hammer(limiters, 3)).reduce((sum, count) => sum + count) / 3 / 3;
    expect(inEach).toBeGreaterThan(9.5);
    expect(inEach).toBeLessThanOrEqual(10);
    expect(shared.asked).toBe(0);
    shared.isUp = true;
    await clock.advance(10_000);
    let burst = 0;
    for (const each of limiters) burst += await given(each, 40);
    expect(burst).toBe(20);
  });

  it('gives no second burst to whoever emptied the bucket before Redis went', async () => {
    const one = limiter();
    expect(await given(one, 40)).toBe(20);
    shared.isUp = false;
    expect(await given(one, 40)).toBe(0);
    await clock.advance(1_000);
    expect(await given(one, 40)).toBe(10);
  });

  it('does not ask Redis for whoever is known to have nothing left', async () => {
    const one = limiter();
    await given(one, 40);
    const { asked } = shared;
    expect(await given(one, 1_000)).toBe(0);
    expect(shared.asked).toBe(asked);
    await clock.advance(100);
    expect(await given(one, 5)).toBe(1);
  });

  it('counts for itself when Redis fails, or is slower than anybody waits', async () => {
    shared.mode = 'fail';
    expect(await given(limiter(), 30)).toBe(20);

    shared.mode = 'hang';
    const taking = Promise.resolve(limiter().take('a', patienceMs));
    let isAnswered = false;
    void taking.then(() => (isAnswered = true));
    await clock.advance(patienceMs - 1);
    expect(isAnswered).toBe(false);
    await clock.advance(1);
    await clock.advance(0);
    expect(await taking).toMatchObject({ isTaken: true, remaining: 19 });
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer behind an answer in time', async () => {
    shared.latencyMs = 10;
    const taking = Promise.resolve(limiter().take('a', patienceMs));
    await clock.advance(10);
    expect(await taking).toMatchObject({ isTaken: true });
    expect(clock.pending).toBe(0);
  });
});
