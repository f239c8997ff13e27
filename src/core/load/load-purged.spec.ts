import { FakeOrigin, VirtualClock } from '../../testing/index.js';
import { namespaceScope } from '../cache/cache-scopes.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges } from '../coherence/apply-reply.js';
import type { PollReply } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import { UnavailableError } from '../errors/unavailable.error.js';
import { Loader } from './loader.js';

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
const at = (version: number) => ({ epoch: 'e1', version, changeId: `c${version}` });

describe('a load that began before a purge (CO-13)', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;
  let origin: FakeOrigin<string>;
  let loader: Loader<string>;

  const purge = (version: number) => {
    const changes = [{ ...at(version), kind: 'purged' as const, scope: namespaceScope(namespace) }];
    const rest = { trimmedTo: 0, changeIdAtApplied: null, more: false, inRecovery: false };
    const reply: PollReply = { ...at(version), ...rest, changes };
    const apply = stream.state.epoch === null ? adoptHistory : applyChanges;
    stream.commit(apply(stream.state, reply, clock.now()));
  };

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('catalog');
    cache = new StaleWhileRevalidateCache<string>({ clock, policy, stream, namespace });
    origin = new FakeOrigin('');
    loader = new Loader({ namespace, clock, report: () => undefined, origin, cache });
    purge(1);
  });

  it('is not kept, and once more tells what there is now', async () => {
    const release = origin.hang();
    const { done } = loader.load('key');
    purge(2);
    origin.answer({ value: 'of now', asOf: at(2) });
    release({ value: 'purged', asOf: at(1) });
    expect(await done).toMatchObject({ value: 'of now' });
    expect([origin.loads, cache.peek('key')?.data]).toEqual([2, 'of now']);
  });

  it('fails where the origin goes on to answer what was purged, as from a lagging copy', async () => {
    purge(2);
    origin.answer({ value: 'purged', asOf: at(1) });
    await expect(loader.load('key').done).rejects.toBeInstanceOf(UnavailableError);
    expect([origin.loads, cache.has('key')]).toEqual([2, false]);
  });
});
