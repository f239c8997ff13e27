import fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { DiskTier } from './disk-tier.js';

const kibibyte = 1_024;
let rig: DiskRig;

beforeEach(() => {
  rig = new DiskRig();
});
afterEach(() => rig.close());

const big = () => randomBytes(5 * kibibyte).toString('hex');
const put = (tier: DiskTier, key: string, options = forGood) =>
  tier.set('n', key, storedEntry(big()), options);

/** In the order in which they were written, a millisecond apart. */
async function putAll(tier: DiskTier, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await put(tier, key);
    await rig.clock.advance(1);
  }
}
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

async function held(tier: DiskTier, keys: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of keys) if ((await tier.get('n', key)) !== null) found.push(key);
  return found;
}

describe('room on the disk (CA-4)', () => {
  it('is bounded by bytes: what was read longest ago goes first, and what is pinned stays (CA-4)', async () => {
    const maxBytes = 1_024 * kibibyte;
    const tier = await rig.tier({ maxBytes });
    await Promise.all(names('pinned ', 5).map((key) => put(tier, key, pinned)));
    await putAll(tier, names('early ', 60));
    await rig.quiet();
    await rig.clock.advance(120_000);
    await held(tier, names('early ', 10));
    await putAll(tier, names('late ', 50));
    await rig.quiet();
    expect(await held(tier, names('pinned ', 5))).toHaveLength(5);
    const early = await held(tier, names('early ', 60));
    expect(early.slice(0, 10)).toEqual(names('early ', 10));
    expect(early).not.toContain('early 10');
    expect(await held(tier, names('late ', 50))).toHaveLength(50);
    expect((await tier.usage('n')).bytes).toBeLessThan(maxBytes);
    await rig.close();
    expect(fs.statSync(rig.path).size).toBeLessThan(maxBytes * 1.2);
  });

  it('is made again for as long as there is more to write than fits (CA-4)', async () => {
    const maxBytes = 1_024 * kibibyte;
    const tier = await rig.tier({ maxBytes });
    for (let round = 0; round < 10; round++)
      await Promise.all(names(`${round}:`, 60).map((key) => put(tier, key)));
    await rig.quiet();
    expect((await tier.usage('n')).bytes).toBeLessThan(maxBytes);
    expect((await tier.usage('n')).entries).toBeGreaterThan(20);
  });

  it('is not made by evicting everything for one entry that is larger than all of it (CA-4)', async () => {
    const tier = await rig.tier({ maxBytes: 100 * kibibyte, compressFromBytes: Infinity });
    const large = storedEntry('x'.repeat(101 * kibibyte));
    expect(await tier.set('n', 'large', large, forGood)).toBe('too-large');
    expect(await tier.set('n', 'large', large, pinned)).toBe('stored');
    await put(tier, 'small');
    await rig.quiet();
    expect(await tier.get('n', 'large')).not.toBeNull();
  });

  it('costs no write per read: the order of reads is written down in batches (CA-4)', async () => {
    const tier = await rig.tier();
    await put(tier, 'k');
    await rig.quiet();
    const write = jest.spyOn(rig.writes, 'befall');
    await rig.clock.advance(59_000);
    write.mockClear();
    for (let at = 0; at < 100; at++) await tier.get('n', 'k');
    expect(write).not.toHaveBeenCalled();
  });

  it('is freed of what has expired, in batches, while writes go on (CA-4)', async () => {
    const tier = await rig.tier();
    const brief = { ...forGood, ttlMs: 1_000 };
    await Promise.all(names('brief ', 400).map((key) => tier.set('n', key, storedEntry(1), brief)));
    await rig.quiet();
    await rig.clock.advance(60_000);
    expect(await tier.set('n', 'new', storedEntry(1), forGood)).toBe('stored');
    await pollUntil(async () => (await tier.usage('n')).entries === 1, 'the expired ones are deleted');
  });
});
