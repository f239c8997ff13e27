import { FakeOrigin } from '../../testing/fake-origin.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { Mirrors } from '../tiers/mirrors.js';
import { everythingOn } from '../tiers/switches.js';
import { Reader } from './reader.js';

const policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: 1_000,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: 0,
};

describe('a value that is pushed (CA-5)', () => {
  const clock = new VirtualClock();
  const redis = new FakeTier();
  const report = () => undefined;

  function readerWith(origin: FakeOrigin<string>): Reader<string> {
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy });
    const common = { namespace: 'n', clock, report, cache, switches: everythingOn() };
    const mirrors = new Mirrors<string>({ ...common, tiers: [redis], maxBytes: null, maxTtlMs: 1e9 });
    return new Reader<string>({ ...common, origin, mirrors });
  }

  it('is read here and by every other process without a load, until it is past its maxAge', async () => {
    const origin = new FakeOrigin('loaded');
    const [here, there] = [readerWith(origin), readerWith(origin)];
    here.set('key', 'pushed');
    await clock.advance(0);
    expect(await here.get('key')).toMatchObject({ data: 'pushed', isStale: false });
    expect(await there.get('key')).toMatchObject({ data: 'pushed', isStale: false, source: 'redis' });
    expect(origin.loads).toBe(0);
    await clock.advance(1_000);
    expect(await here.get('key')).toMatchObject({ data: 'pushed', isStale: true });
    await clock.advance(0);
    expect(await here.get('key')).toMatchObject({ data: 'loaded', isStale: false });
  });

  it('never replaces what was confirmed later', async () => {
    const reader = readerWith(new FakeOrigin('loaded'));
    reader.set('key', 'new');
    reader.set('key', 'old', { confirmedAt: clock.now() - 1 });
    expect(await reader.get('key')).toMatchObject({ data: 'new' });
  });
});
