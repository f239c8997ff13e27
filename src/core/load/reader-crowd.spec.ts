import * as fc from 'fast-check';
import { Chaos } from '../../testing/chaos.js';
import { ChaosOrigin } from '../../testing/chaos-origin.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import type { LastgoodEvent } from '../events.js';
import type { Policy } from '../policy/policy.js';
import { Reader } from './reader.js';

const policy: Policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

function setUp(overrides: Partial<Policy> = {}, random: () => number = () => 0.5) {
  const clock = new VirtualClock();
  const origin = new FakeOrigin('loaded');
  const chaos = new Chaos(clock);
  const events: LastgoodEvent[] = [];
  const cache = new StaleWhileRevalidateCache<string>({ clock, policy: { ...policy, ...overrides } });
  const reader = new Reader<string>({
    namespace: 'prompts',
    clock,
    report: (event) => events.push(event),
    origin: new ChaosOrigin(origin, chaos),
    cache,
    random,
  });
  return { clock, origin, chaos, events, cache, reader };
}

const failuresIn = (events: LastgoodEvent[]) => events.filter(({ type }) => type === 'load-failed').length;

describe('a crowd of readers', () => {
  it('of 10,000 that meet one cold key makes one load, and all get its value', async () => {
    const { clock, origin, chaos, reader, cache } = setUp();
    chaos.alwaysDelay(100);
    const reads = Promise.all(Array.from({ length: 10_000 }, () => reader.get('key')));
    await clock.advance(100);
    expect(new Set((await reads).map(({ data }) => data))).toEqual(new Set(['loaded']));
    expect(origin.loads).toBe(1);
    expect(cache.misses).toBe(10_000);
    expect(clock.pending).toBe(0);
  });

  it('of 10,000 that meet one cold key of a dead origin makes one load, and all get an error each', async () => {
    const { chaos, events, reader } = setUp();
    chaos.alwaysThrow(new Error('dead'));
    const reads = await Promise.allSettled(Array.from({ length: 10_000 }, () => reader.get('key')));
    const errors = reads.map((read) => (read as PromiseRejectedResult).reason as { code: string });
    expect(new Set(errors).size).toBe(10_000);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['unavailable']));
    expect(failuresIn(events)).toBe(1);
  });

  it('that wait with a soft budget leaves no timer behind when the load arrives', async () => {
    const { clock, chaos, cache, reader } = setUp({ softTimeoutMs: 500 });
    cache.set('key', 'held');
    await clock.advance(1_000);
    chaos.alwaysDelay(50);
    const reads = Promise.all(Array.from({ length: 1_000 }, () => reader.get('key')));
    await clock.advance(50);
    expect((await reads).every(({ data, isStale }) => data === 'loaded' && !isStale)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([0, 0.5, 0.999])(
    'at a dead origin, 360 reads in 1.5 s: no error, at most 5 calls, no wait (CA-14; dice %p)',
    async (dice) => {
      const { clock, chaos, events, cache, reader } = setUp({}, () => dice);
      cache.set('key', 'held');
      await clock.advance(1_000);
      chaos.alwaysThrow(new Error('dead'));
      for (let i = 0; i < 360; i++) {
        expect(await reader.get('key')).toMatchObject({ data: 'held', isStale: true });
        await clock.advance(1_500 / 360);
      }
      expect(failuresIn(events)).toBeLessThanOrEqual(5);
      expect(cache.staleHits).toBe(360);
    },
  );

  it('at an origin that hangs, 360 reads in 1.5 s: no error, at most 5 calls, no wait (CA-14)', async () => {
    const { clock, chaos, events, cache, reader } = setUp();
    cache.set('key', 'held');
    await clock.advance(1_000);
    chaos.alwaysHang();
    for (let i = 0; i < 360; i++) {
      expect(await reader.get('key')).toMatchObject({ data: 'held', isStale: true });
      await clock.advance(1_500 / 360);
    }
    expect(failuresIn(events)).toBeLessThanOrEqual(5);
  });

  it('gets the new value within 30 s of the origin coming back, after an hour of failures (mistake 3)', async () => {
    const { clock, chaos, events, cache, reader } = setUp({}, () => 1);
    cache.set('key', 'held');
    chaos.alwaysThrow(new Error('dead'));
    for (let i = 0; i < 3_600; i++) {
      await clock.advance(1_000);
      expect(await reader.get('key')).toMatchObject({ data: 'held' });
    }
    expect(failuresIn(events)).toBeGreaterThan(100);
    chaos.alwaysPass();
    for (let i = 0; i < 31; i++) await clock.advance(1_000).then(() => reader.get('key'));
    expect(await reader.get('key')).toMatchObject({ data: 'loaded' });
  });

  it('starts one refresh of a key at a time, however the origin behaves', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(delays, async (plan) => {
        const { clock, origin, cache, reader } = setUp({ maxAgeMs: 10, softTimeoutMs: 5 });
        let running = 0;
        let most = 0;
        jest.spyOn(origin, 'load').mockImplementation(async (_, { signal }) => {
          most = Math.max(most, (running += 1));
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve());
            clock.after(plan[most % plan.length]!, resolve);
          });
          running -= 1;
          return { value: 'loaded' };
        });
        cache.set('key', 'held');
        for (const ms of plan)
          await clock.advance(ms).then(() => void reader.get('key').catch(() => undefined));
        expect(most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
