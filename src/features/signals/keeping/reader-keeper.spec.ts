import { StaleWhileRevalidateCache, type Entry } from '../../../core/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { SignalRecord } from '../records/signal-record.js';
import { signalsPolicy } from '../signals.policy.js';
import { ReaderKeeper } from './reader-keeper.js';

describe('what a feed brings besides what it was asked for (SI-5)', () => {
  const clock = new VirtualClock();
  const record = (value: string): SignalRecord => ({
    schema_version: 1,
    observed_at: new Date(clock.wall()).toISOString(),
    ttl_ms: 60_000,
    etag: null,
    last_modified: null,
    http: null,
    value,
  });
  let finish: (() => void)[];
  let written: unknown[];
  let keeper: ReaderKeeper;
  let cache: StaleWhileRevalidateCache<SignalRecord>;

  beforeEach(() => {
    finish = [];
    written = [];
    keeper = new ReaderKeeper(clock);
    const policy = signalsPolicy({ ttlMs: 60_000, source: { kind: 'feed', feeds: new Map(), headers: {} } });
    cache = new StaleWhileRevalidateCache({ clock, policy });
    const mirror = ({ value }: Entry<SignalRecord>) => {
      written.push(value.value);
      return new Promise<void>((resolve) => finish.push(resolve));
    };
    keeper.use({ cache }, { mirror });
  });

  const finishAll = async () => {
    while (finish.length > 0) {
      for (const each of finish.splice(0)) each();
      await clock.advance(0);
    }
  };

  it('is in memory at once, and goes to the tiers 32 at a time, in the order it came', async () => {
    const values = Array.from({ length: 1_000 }, (_, at) => `article ${at}`);
    for (const value of values) keeper.keep(value, record(value), undefined);
    expect([cache.size, written.length]).toEqual([1_000, 32]);
    finish.shift()?.();
    await clock.advance(0);
    expect(written).toHaveLength(33);
    await finishAll();
    expect(written).toEqual(values);
  });

  it('is written once where it came again before its turn: the last of it', async () => {
    for (let at = 0; at < 32; at++) keeper.keep(`before ${at}`, record('before'), undefined);
    keeper.keep('again', record('first'), undefined);
    keeper.keep('again', record('second'), undefined);
    await finishAll();
    expect(written.filter((value) => value !== 'before')).toEqual(['second']);
  });
});
