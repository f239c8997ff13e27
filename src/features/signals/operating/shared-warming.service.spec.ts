import { pollOnce } from '../../../../test/support/poll-once.js';
import { ScriptedSource } from '../../../../test/support/scripted-source.js';
import { SignalReplica } from '../../../../test/support/signal-replica.js';
import { signalTypeOf } from '../../../../test/support/signal-type-of.js';
import { SlowTier } from '../../../../test/support/slow-tier.js';
import { Stream } from '../../../core/index.js';
import type { TiersService } from '../../../platform/cache/index.js';
import { FakeChangeFeed, FakeLock, VirtualClock } from '../../../testing/index.js';
import type { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { SignalWarmer } from '../warming/signal-warmer.service.js';
import type { WarmRef } from '../warming/warm-plan.js';
import { SharedWarming } from './shared-warming.service.js';

const http = { source: { http: 'https://o.example/{game_id}' }, observed_at: undefined };
const types = [
  signalTypeOf(http, 'lines'),
  signalTypeOf({ ...http, tiers: [] }, 'alone'),
  signalTypeOf(
    {
      key: 'news:{feed}:{article}',
      source: { feeds: { wire: 'https://wire.example/' } },
      observed_at: undefined,
      tiers: ['redis'],
    },
    'news',
  ),
];
const item = (id: string) => `<item><guid>${id}</guid><title>${id}</title></item>`;
const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>w</title>${item('a')}${item('b')}</channel></rss>`;
const lines = (...ids: string[]): WarmRef[] => ids.map((id) => ({ type: 'lines', id }));

describe('warming for others (SI-8)', () => {
  let clock: VirtualClock;
  let stream: Stream;
  let tier: SlowTier;
  let source: ScriptedSource;
  let warming: SharedWarming;
  let answers: readonly (object | null)[];

  const poll = () => pollOnce(stream, new FakeChangeFeed(), clock);

  beforeEach(() => {
    clock = new VirtualClock();
    stream = new Stream('signals');
    tier = new SlowTier(clock, 0);
    source = new ScriptedSource(clock);
    source.text = (url) => (url.startsWith('https://wire.') ? feed : '{}');
    const replica = new SignalReplica({
      clock,
      types,
      client: source,
      stream,
      redis: { tier, lock: new FakeLock(clock) },
    });
    answers = [{}];
    let asked = 0;
    const serverInfo = () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? null);
    warming = new SharedWarming(
      new SignalWarmer(replica, replica.service),
      replica as unknown as SignalNamespaces,
      { redis: { serverInfo } } as unknown as TiersService,
      clock,
    );
  });

  const run = async (refs: readonly WarmRef[], signal = new AbortController().signal) => {
    await poll();
    const counts = warming.run(refs, { concurrency: 2, signal });
    await clock.advance(30_000);
    return counts;
  };

  it('leaves out what no other process would find, and says so', () => {
    const { refs, skipped } = warming.plan([{ game_id: 'g1' }]);
    expect(refs).toEqual([
      { type: 'lines', id: 'g1' },
      { type: 'news', id: 'wire' },
    ]);
    expect(skipped).toEqual([{ type: 'alone', why: 'each process keeps it for itself alone' }]);
  });

  it('counts as shared what Redis holds, each article of a feed too', async () => {
    const counts = await run([...lines('g1', 'g2'), { type: 'news', id: 'wire' }]);
    expect(counts).toEqual({ total: 3, processed: 3, loaded: 3, missing: 0, failed: 0, unshared: 0 });
    expect((await tier.usage('signals-news')).entries).toBe(2);
  });

  it('counts each signal and article that Redis did not keep', async () => {
    tier.set = () => Promise.reject(new Error('Redis is gone'));
    const { loaded, unshared } = await run([...lines('g1'), { type: 'news', id: 'wire' }]);
    expect([loaded, unshared]).toEqual([2, 3]);
  });

  it('asks Redis for nothing of what is absent, failed, or was not begun', async () => {
    source.isAbsent = true;
    expect(await run(lines('g1'))).toMatchObject({ missing: 1, unshared: 0 });
    source.isAbsent = false;
    source.text = () => null;
    expect(await run(lines('g2'))).toMatchObject({ failed: 1, unshared: 0 });
    expect(await run(lines('g3'), AbortSignal.abort())).toMatchObject({ processed: 0, unshared: 0 });
  });

  it('waits until Redis answers', async () => {
    await poll();
    answers = [null, null, {}];
    const ready = warming.whenReady(10_000, new AbortController().signal);
    await clock.advance(200);
    await expect(ready).resolves.toBeUndefined();
  });

  it('waits until the history of signals is known: what is read before that is believed by nobody', async () => {
    let isReady = false;
    void warming.whenReady(10_000, new AbortController().signal).then(() => (isReady = true));
    await clock.advance(1_000);
    expect(isReady).toBe(false);
    await poll();
    await clock.advance(100);
    expect(isReady).toBe(true);
  });

  it('loads nothing where the database does not answer in time', async () => {
    const ready = warming.whenReady(1_000, new AbortController().signal);
    ready.catch(() => undefined);
    await clock.advance(1_100);
    await expect(ready).rejects.toThrow('The database does not answer: nothing was loaded');
  });

  it('loads nothing where Redis does not answer in time', async () => {
    answers = [null];
    const ready = warming.whenReady(1_000, new AbortController().signal);
    ready.catch(() => undefined);
    await clock.advance(1_100);
    await expect(ready).rejects.toThrow('Redis does not answer: nothing was loaded');
  });

  it('waits no longer for Redis than anybody wants to', async () => {
    answers = [null];
    const stop = new AbortController();
    const ready = warming.whenReady(10_000, stop.signal);
    await clock.advance(100);
    stop.abort();
    await clock.advance(100);
    await expect(ready).resolves.toBeUndefined();
  });
});
