import { StaleWhileRevalidateCache, type Entry } from '../../../core/index.js';
import { signalTypeOf } from '../../../../test/support/signal-type-of.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { SignalRecord } from '../records/signal-record.js';
import { signalsPolicy } from '../signals.policy.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { aheadShareOf } from './ahead-share-of.js';
import { recentReadsOf } from './recent-reads-of.js';
import { RecentReads } from './recent-reads.js';
import { RefreshAhead } from './refresh-ahead.service.js';

const http = { http: 'https://o.example/{game_id}' };

function rig(told: Record<string, unknown> = { source: http }) {
  const clock = new VirtualClock();
  const type = signalTypeOf(told);
  const cache = new StaleWhileRevalidateCache<SignalRecord>({ clock, policy: signalsPolicy(type) });
  const ahead: string[] = [];
  const looked: string[] = [];
  let answer: () => void = () => undefined;
  const reader = { cache, refreshAhead: (key: string) => void ahead.push(key) };
  const findShared = (key: string) => {
    looked.push(key);
    return new Promise<null>((resolve) => {
      answer = () => resolve(null);
    });
  };
  const options = { type, reader, mirrors: { findShared }, clock };
  const reads = new RecentReads(options);
  const hold = (key: string, ttl = 60_000): Entry<SignalRecord> =>
    cache.set(key, { ttl_ms: ttl } as SignalRecord, { maxAgeMs: ttl });
  const note = (key: string, limitMs = 60_000) => {
    const age = clock.now() - (cache.entry(key)?.confirmedAt ?? 0);
    reads.note(key, clock.now(), age, limitMs);
  };
  return { clock, type, cache, ahead, looked, reads, hold, note, options, settle: () => answer() };
}

describe('RecentReads', () => {
  it('what is read is loaded ahead from 80 to 90 % of its limit on, each key at its own share (SI-8)', async () => {
    const { clock, ahead, hold, note } = rig();
    hold('odds:g1');
    await clock.advance(47_999);
    note('odds:g1');
    expect(ahead).toEqual([]);
    await clock.advance(6_001);
    note('odds:g1');
    expect(ahead).toEqual(['odds:g1']);
    const shares = Array.from({ length: 200 }, (_, n) => aheadShareOf(`odds:g${n}`, 0.8));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.8);
    expect(Math.max(...shares)).toBeLessThan(0.9);
    expect(new Set(shares).size).toBe(200);
  });

  it('a shorter limit of the value itself counts (SI-8)', async () => {
    const { clock, ahead, hold, note, reads } = rig();
    hold('odds:g1', 10_000);
    note('odds:g1', 10_000);
    await clock.advance(9_000);
    reads.tick();
    expect(ahead).toEqual(['odds:g1']);
  });

  it('what was read within the last ttl is loaded ahead though nobody reads at that moment (SI-8)', async () => {
    const { clock, ahead, hold, note, reads } = rig();
    hold('odds:g1');
    hold('odds:g2');
    note('odds:g1');
    await clock.advance(54_000);
    reads.tick();
    expect(ahead).toEqual(['odds:g1']);
  });

  it('what nobody has read for a ttl is forgotten, and not loaded any more (SI-8)', async () => {
    const { clock, ahead, hold, note, reads } = rig();
    hold('odds:g1');
    note('odds:g1');
    await clock.advance(60_000);
    reads.tick();
    expect(ahead).toEqual([]);
    expect(reads.size).toBe(0);
  });

  it('one key is tried at most twice a second (SI-8)', async () => {
    const { clock, ahead, hold, note, reads } = rig();
    hold('odds:g1');
    await clock.advance(55_000);
    note('odds:g1');
    note('odds:g1');
    reads.tick();
    expect(ahead).toHaveLength(1);
    await clock.advance(500);
    reads.tick();
    expect(ahead).toHaveLength(2);
  });

  it('what is not held any more, or does not exist, is left alone (SI-8)', async () => {
    const { clock, ahead, cache, note, reads } = rig();
    note('odds:gone');
    cache.setAbsent('odds:none');
    note('odds:none');
    await clock.advance(1);
    ahead.length = 0;
    await clock.advance(59_000);
    reads.tick();
    expect(ahead).toEqual([]);
  });

  it('what is pushed, and what is cold, is never loaded ahead (SI-8)', async () => {
    const { clock, ahead, hold, note, reads } = rig({ source: 'push' });
    expect(reads.isLoadedAhead).toBe(false);
    hold('odds:g1');
    note('odds:g1');
    await clock.advance(59_000);
    note('odds:g1');
    reads.tick();
    expect(ahead).toEqual([]);
    expect(recentReadsOf(rig({ source: http, access: 'cold', tiers: ['disk'] }).options)).toBeNull();
    expect(recentReadsOf(rig({ source: http, access: 'cold' }).options)).toBeInstanceOf(RecentReads);
  });

  it('a copy of what is shared is compared with Redis at most once a second, behind a read (SI-6)', async () => {
    const { clock, looked, hold, note } = rig({ source: 'push' });
    hold('odds:g1');
    note('odds:g1');
    await clock.advance(999);
    note('odds:g1');
    expect(looked).toEqual([]);
    await clock.advance(1);
    note('odds:g1');
    note('odds:g1');
    expect(looked).toEqual(['odds:g1']);
    await clock.advance(1_000);
    note('odds:g1');
    expect(looked).toHaveLength(2);
  });

  it('what is on this disk alone is compared with nothing (SI-6)', async () => {
    const { clock, looked, hold, note } = rig({ source: http, tiers: ['disk'] });
    hold('odds:g1');
    note('odds:g1');
    await clock.advance(2_000);
    note('odds:g1');
    expect(looked).toEqual([]);
  });

  it('so many looks wait for Redis at once, and no more (SI-6)', async () => {
    const { clock, looked, note, settle } = rig({ source: 'push' });
    const keys = Array.from({ length: 40 }, (_, n) => `odds:g${n}`);
    for (const key of keys) note(key);
    await clock.advance(1_000);
    for (const key of keys) note(key);
    expect(looked).toHaveLength(32);
    settle();
    await clock.advance(0);
    for (const key of keys) note(key);
    expect(looked).toHaveLength(33);
  });

  it('remembers so many keys, and no more (SI-8)', () => {
    const { note, reads } = rig();
    for (let n = 0; n < 10_005; n++) note(`odds:g${n}`);
    expect(reads.size).toBe(10_000);
  });
});

describe('RefreshAhead', () => {
  it.each([
    ['60s', 3_000],
    ['2s', 500],
    ['24h', 60_000],
  ])('looks at a type of %s every %p ms until the process goes (SI-8)', async (ttl, everyMs) => {
    const { clock, reads, type } = rig({ source: http, ttl });
    let ticks = 0;
    reads.tick = () => void ticks++;
    const all = () =>
      [
        { type, reads },
        { type: signalTypeOf({}, 'none'), reads: null },
      ] as never as SignalNamespace[];
    const service = new RefreshAhead({ all }, clock);
    service.onModuleInit();
    expect(clock.pending).toBe(1);
    await clock.advance(everyMs - 1);
    expect(ticks).toBe(0);
    await clock.advance(1 + everyMs);
    expect(ticks).toBe(2);
    service.beforeApplicationShutdown();
    expect(clock.pending).toBe(0);
  });
});
