import { FakeTier, VirtualClock } from '../../testing/index.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory } from '../coherence/apply-reply.js';
import type { Change } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import type { LastgoodEvent } from '../events.js';
import type { MirrorsOptions } from './mirrors-options.js';
import { Mirrors } from './mirrors.js';
import { everythingOn } from './switches.js';

const policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: null,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 1_000,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const namespace = 'books';
const at = (version: number, epoch = 'e1') => ({ epoch, version, changeId: `c${version}` });

describe('what tiers keep', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let disk: FakeTier;
  let events: LastgoodEvent[];

  const boot = (options: Partial<MirrorsOptions<string>> = {}) => {
    const stream = new Stream('catalog');
    const switches = everythingOn();
    const { pinned = false } = options;
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream, namespace, pinned });
    const mirrors = new Mirrors<string>({
      namespace,
      clock,
      report: (event) => events.push(event),
      cache,
      tiers: [redis, disk],
      switches,
      maxBytes: null,
      maxTtlMs: 1e9,
      ...options,
    });
    return { stream, switches, cache, mirrors };
  };
  const hear = (stream: Stream, version: number, changes: readonly Change[] = [], epoch = 'e1') => {
    const rest = { trimmedTo: 0, changeIdAtApplied: null, more: false, inRecovery: false };
    stream.commit(adoptHistory(stream.state, { ...at(version, epoch), ...rest, changes }, clock.now()));
  };
  const store = async (version = 1) => {
    const { cache, mirrors } = boot();
    await mirrors.mirror(cache.set('key', 'kept', { asOf: at(version) }));
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    disk = new FakeTier('disk');
    events = [];
  });

  it('is told with the epochs that were left last, so that a late write of one of them is refused (CO-11)', async () => {
    const { stream, cache, mirrors } = boot();
    for (let i = 1; i <= 11; i++) hear(stream, 1, [], `e${i}`);
    await mirrors.mirror(cache.set('key', 'kept', { asOf: at(1, 'e11') }));
    const left = ['e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9', 'e10'];
    expect([...redis.entries.values()]).toMatchObject([{ left }]);
  });

  it('tells which epochs are over, so that one that comes back is taken for another history (CO-10)', async () => {
    const before = boot();
    hear(before.stream, 1, [], 'e1');
    hear(before.stream, 1, [], 'e2');
    await before.mirrors.mirror(before.cache.set('key', 'kept', { asOf: at(1, 'e2') }));
    const { stream, mirrors } = boot();
    hear(stream, 1, [], 'e1');
    await mirrors.find('key');
    expect(stream.state.abandoned).toEqual(new Set(['e1']));
  });

  it('is looked at where it keeps a write out, so that what was lost does not do so for ever (CO-11)', async () => {
    await store(10);
    const { stream, cache, mirrors } = boot();
    hear(stream, 9);
    await mirrors.mirror(cache.set('key', 'truth', { asOf: at(9) }));
    expect(stream.seen.get('e1')).toEqual(at(10));
  });

  it('is not looked at before anything is known, where it is personal (CO-12, CO-13)', async () => {
    await store();
    const { mirrors } = boot({ personal: true });
    const { calls } = redis;
    expect(await mirrors.find('key')).toBeNull();
    expect(redis.calls).toBe(calls);
  });

  it('is deleted where it turns out to be purged (CO-13)', async () => {
    await store();
    const { stream, mirrors } = boot();
    hear(stream, 2, [{ version: 2, changeId: 'c2', kind: 'purged', scope: '@books=key' }]);
    expect(await mirrors.find('key')).toBeNull();
    expect([redis.entries.size, disk.entries.size]).toEqual([0, 0]);
  });

  it('is looked for once for all who ask at the same time', async () => {
    await store();
    const { mirrors } = boot();
    const { calls } = redis;
    await Promise.all([mirrors.find('key'), mirrors.find('key')]);
    expect(redis.calls).toBe(calls + 1);
  });

  it('is as old as its wall clock says, whatever the process counts by (CO-14)', async () => {
    await store();
    clock.stepWall(30_000);
    const { cache, mirrors } = boot();
    await mirrors.find('key');
    expect(cache.peek('key')).toMatchObject({ age: 30_000 });
  });

  it('is kept without end on disk where it is pinned, and for its time elsewhere (CA-4)', async () => {
    const ttls = [redis, disk].map((tier) => jest.spyOn(tier, 'set'));
    const { cache, mirrors } = boot({ pinned: true, maxTtlMs: 1_000 });
    await mirrors.mirror(cache.set('key', 'kept', { asOf: at(1) }));
    expect(ttls.map((set) => set.mock.calls[0]![3].ttlMs)).toEqual([1_000, null]);
  });

  it('is not read where it has a form that this release does not know', async () => {
    const newer = { schema: 2, encode: (value: string) => value, decode: String };
    const { cache, mirrors } = boot({ codec: newer });
    await mirrors.mirror(cache.set('key', 'kept', { asOf: at(1) }));
    expect(await boot().mirrors.find('key')).toBeNull();
  });

  it('is neither read nor written in Redis while that is switched off (CA-3)', async () => {
    await store();
    const { switches, cache, mirrors } = boot();
    switches.redis = false;
    const { calls } = redis;
    expect(await mirrors.find('key')).toMatchObject({ source: 'disk' });
    await mirrors.mirror(cache.set('key', 'kept', { asOf: at(2) }));
    expect(redis.calls).toBe(calls);
  });

  it('holds no absence while negative results are switched off, and gives back none (CA-3, CA-8)', async () => {
    const on = boot();
    await on.mirrors.mirror(on.cache.setAbsent('gone', { asOf: at(1) }));
    expect(redis.entries.size).toBe(1);
    const off = boot();
    off.switches.negativeResults = false;
    expect(await off.mirrors.find('gone')).toBeNull();
    await off.mirrors.mirror(off.cache.setAbsent('away', { asOf: at(1) }));
    expect(redis.entries.size).toBe(1);
  });

  it('is told of where it is other content of the very version that is held (CO-7)', async () => {
    await store();
    const { cache, mirrors } = boot();
    cache.set('key', 'other', { asOf: at(1) });
    await mirrors.findShared('key');
    expect(events).toContainEqual({ type: 'content-diverged', namespace, key: 'key', version: 1 });
  });
});
