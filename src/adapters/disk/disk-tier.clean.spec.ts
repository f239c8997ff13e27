import fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import { DiskRig, forGood, ioError, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { DiskTierOptions } from './disk-tier.options.js';
import type { DiskTier } from './disk-tier.js';

const mebibyte = 1_048_576;
let rig: DiskRig;

beforeEach(() => {
  rig = new DiskRig();
});
afterEach(() => rig.close());

const own: Partial<DiskTierOptions> = { cleanEveryMs: null, overwritesDeleted: false };
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const put = (tier: DiskTier, key: string, value: unknown = 1, ttlMs: number | null = null) =>
  tier.set('n', key, storedEntry(value), { ...forGood, ttlMs });
/** Nothing of the background is under way: time may pass. */
const later = async (ms: number) => {
  await pollUntil(() => rig.clock.pending === 0, 'nothing is under way');
  await rig.clock.advance(ms);
};
const big = (kibibytes: number) => randomBytes(kibibytes * 512).toString('hex');

describe('a disk that is cleaned when it is told (SI-7)', () => {
  it('keeps what has expired until then, and gives it to nobody', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 300).map((key) => put(tier, key, 1, 1_000)));
    await put(tier, 'long');
    await later(3_600_000);
    await put(tier, 'another');
    expect(await tier.get('n', 'brief 0')).toBeNull();
    expect((await tier.usage('n')).entries).toBe(302);
    expect(await tier.clean(60_000)).toEqual({ expired: 300, evicted: 0, isComplete: true, ms: 0 });
    expect((await tier.usage('n')).entries).toBe(2);
    expect(rig.clock.pending).toBe(0);
  });

  it('never holds more than its limit once a write has settled, and gives up what was used longest ago', async () => {
    const tier = await rig.tier({ ...own, maxBytes: mebibyte });
    const over: number[] = [];
    for (const key of names('k', 60)) {
      expect(await put(tier, key, big(40))).toBe('stored');
      over.push(Math.max(0, tier.usedBytes! - mebibyte));
      await later(1);
    }
    expect(over.every((bytes) => bytes === 0)).toBe(true);
    expect(await tier.get('n', 'k59')).not.toBeNull();
    expect(await tier.get('n', 'k0')).toBeNull();
    expect(tier.usedBytes).toBeGreaterThan(mebibyte / 2);
    expect(fs.statSync(rig.path).size).toBeLessThan(1.3 * mebibyte);
  });

  it('evicts down to a limit that was lowered, and tells how many', async () => {
    const before = await rig.tier(own);
    for (const key of names('k', 40)) await put(before, key, big(40));
    await rig.close();
    const tier = await rig.tier({ ...own, maxBytes: mebibyte });
    const { isComplete } = await tier.clean(60_000);
    expect(isComplete).toBe(true);
    expect(tier.usedBytes).toBeLessThanOrEqual(mebibyte);
    expect((await tier.usage('n')).entries).toBeLessThan(40);
  });

  it('ends when its time is over, and the next one goes on', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 500).map((key) => put(tier, key, 1, 1_000)));
    await later(2_000);
    rig.writes.alwaysDelay(10);
    const first = tier.clean(100);
    await rig.clock.advance(100);
    const { expired, isComplete, ms } = await first;
    expect([isComplete, ms]).toEqual([false, 100]);
    expect(expired).toBeLessThan(500);
    rig.writes.alwaysPass();
    const second = tier.clean(60_000);
    await pollUntil(async () => {
      await rig.clock.advance(20);
      return (await tier.usage('n')).entries === 0;
    }, 'all is deleted');
    await rig.clock.advance(100);
    expect((await second).isComplete).toBe(true);
  });

  it('is one, however often it is asked for meanwhile', async () => {
    const tier = await rig.tier(own);
    await put(tier, 'brief', 1, 1);
    await later(10);
    const all = await Promise.all([tier.clean(1_000), tier.clean(9_000)]);
    expect(all[0]).toBe(all[1]);
    expect(await tier.clean(1_000)).toMatchObject({ expired: 0, isComplete: true });
  });

  it('lets writes through between its steps', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 1_000).map((key) => put(tier, key, 1, 1_000)));
    await later(2_000);
    const order: string[] = [];
    await Promise.all([
      tier.clean(60_000).then(() => order.push('clean')),
      put(tier, 'new').then(() => order.push('written')),
    ]);
    expect(order).toEqual(['written', 'clean']);
  });

  it('rests between its steps for as long as each took, and others may write meanwhile', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 300).map((key) => put(tier, key, 1, 1_000)));
    await later(2_000);
    const left = async () => (await tier.usage('n')).entries;
    rig.writes.alwaysDelay(10);
    let isOver = false;
    const cleaned = tier.clean(60_000).then((outcome) => {
      isOver = true;
      return outcome;
    });
    await pollUntil(async () => {
      await rig.clock.advance(1);
      return (await left()) < 300;
    }, 'the first step has begun');
    // From here on nothing takes any time, but the rest that the first step has earned.
    rig.writes.alwaysPass();
    await rig.clock.advance(10);
    await pollUntil(() => rig.clock.pending === 2, 'it rests: its own time and its rest are counted');
    const before = await left();
    expect(await put(tier, 'new')).toBe('stored');
    expect([await left(), isOver]).toEqual([before + 1, false]);
    await pollUntil(async () => {
      await rig.clock.advance(10);
      return isOver;
    }, 'it is over');
    expect(await cleaned).toMatchObject({ expired: 300, isComplete: true });
  });

  it('goes on where the file fails for a while', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 200).map((key) => put(tier, key, 1, 1_000)));
    await later(2_000);
    rig.writes.alwaysThrow(ioError);
    const cleaned = tier.clean(60_000);
    await pollUntil(() => rig.reported('tier-failed').length > 0, 'it has failed');
    expect(tier.usedBytes).toBeNull();
    rig.writes.alwaysPass();
    let isOver = false;
    void cleaned.then(() => (isOver = true));
    // It may rest once more after it works again.
    await pollUntil(async () => {
      await rig.clock.advance(100);
      return isOver;
    }, 'it works again');
    expect(tier.usedBytes).not.toBeNull();
    expect(await cleaned).toMatchObject({ expired: 200, isComplete: true });
  });

  it('is told to be over where the file does not come back in its time, and where it is closed', async () => {
    const tier = await rig.tier(own);
    await put(tier, 'brief', 1, 1);
    rig.writes.alwaysThrow(ioError);
    const cleaned = tier.clean(1_000);
    await rig.clock.advance(1_000);
    expect(await cleaned).toMatchObject({ isComplete: false, ms: 1_000 });
    const another = tier.clean(1_000);
    await rig.close();
    expect(await another).toMatchObject({ isComplete: false });
    expect(await tier.clean(1_000)).toEqual({ expired: 0, evicted: 0, isComplete: false, ms: 0 });
  });

  it('takes no write for stored in a file that was removed, and begins another one (SI-6)', async () => {
    const tier = await rig.tier(own);
    expect(await put(tier, 'before')).toBe('stored');
    fs.rmSync(rig.folder, { recursive: true });
    await expect(put(tier, 'lost')).rejects.toThrow('cannot be written to');
    expect(tier.usedBytes).toBeNull();
    await pollUntil(async () => {
      await rig.clock.advance(100);
      return tier.usedBytes !== null;
    }, 'there is another file');
    expect(await put(tier, 'after')).toBe('stored');
    expect([await tier.get('n', 'before'), fs.existsSync(rig.path)]).toEqual([null, true]);
  });

  it('finds nothing to do in a file that was replaced, and works in it', async () => {
    const tier = await rig.tier(own);
    await Promise.all(names('brief ', 50).map((key) => put(tier, key, 1, 1)));
    await later(10);
    fs.rmSync(rig.path);
    const cleaned = tier.clean(60_000);
    await pollUntil(async () => {
      await rig.clock.advance(100);
      return fs.existsSync(rig.path) && tier.usedBytes !== null;
    }, 'there is another file');
    expect((await cleaned).isComplete).toBe(true);
    expect(await put(tier, 'new')).toBe('stored');
  });
});
