import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DiskRig, forGood, ioError, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { DiskTier } from './disk-tier.js';

let rig: DiskRig;
let tier: DiskTier;

beforeEach(async () => {
  rig = new DiskRig();
  tier = await rig.tier();
});
afterEach(() => rig.close());

/** Pieces of 16 bytes, so that what was split over pages is found as well. */
const secretOf = (bytes: number) => ({
  pieces: Array.from({ length: bytes / 64 }, () => randomBytes(8).toString('hex')),
});
type Secret = ReturnType<typeof secretOf>;

/** How many pieces of these values are in any file of the folder, whatever SQLite says. */
function remains(secrets: readonly Secret[]): number {
  const files = fs
    .readdirSync(rig.folder)
    .map((name) => fs.readFileSync(path.join(rig.folder, name), 'latin1'));
  const pieces = secrets.flatMap((secret) => secret.pieces);
  return pieces.filter((piece) => files.some((file) => file.includes(piece))).length;
}

const writeAll = (keys: readonly string[], secrets: readonly Secret[], options = forGood) =>
  Promise.all(keys.map((key, at) => tier.set('n', key, storedEntry(secrets[at]), options)));

describe('what is purged (CO-13)', () => {
  it('is in no file any more: not in a free page, not in the log (CO-13)', async () => {
    const secrets = Array.from({ length: 90 }, (_, at) => secretOf([256, 4_096, 40_960][at % 3]!));
    const keys = secrets.map((_, at) => `user ${at}`);
    await writeAll(keys, secrets);
    // Overwritten values are purged values as well.
    const later = secrets.map(() => secretOf(1_024));
    await Promise.all(keys.map((key, at) => tier.set('n', key, storedEntry(later[at], 2), forGood)));
    await tier.set('n', 'other', storedEntry('stays'), forGood);
    expect(remains(later)).toBeGreaterThan(1_000);
    expect(await tier.delete('n', 'user 0')).toBe(true);
    expect(remains([secrets[0]!, later[0]!])).toBe(0);
    expect(await tier.deletePrefix('n', 'user ')).toBe(89);
    expect(remains([...secrets, ...later])).toBe(0);
    const names = fs
      .readdirSync(rig.folder)
      .map((name) => fs.readFileSync(path.join(rig.folder, name), 'utf16le'));
    expect(names.filter((text) => text.includes('user '))).toEqual([]);
    expect((await tier.get('n', 'other'))?.value).toBe('stays');
  });

  it('is in no file that was set aside either (CO-13)', async () => {
    const secret = secretOf(4_096);
    await writeAll(['user'], [secret], pinned);
    await rig.close();
    const file = fs.openSync(rig.path, 'r+');
    fs.writeSync(file, 'no longer a database', 0);
    fs.closeSync(file);
    tier = await rig.tier();
    expect(remains([secret])).toBeGreaterThan(0);
    await tier.deletePrefix('n', '');
    expect(remains([secret])).toBe(0);
    expect(fs.readdirSync(rig.folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it.each(['delete', 'deletePrefix'] as const)(
    'is not brought back by a write that was queued, in flight or not yet encoded: %s (CO-13)',
    async (operation) => {
      await tier.set('n', 'k', storedEntry('old'), forGood);
      await rig.quiet();
      rig.writes.always({ kind: 'delay', ms: 100 });
      const inFlight = tier.set('n', 'k', storedEntry('in flight', 2), pinned);
      await pollUntil(() => rig.clock.pending === 4, 'it is under way');
      const queued = tier.set('n', 'k', storedEntry('queued', 3), pinned);
      await pollUntil(() => rig.clock.pending === 5, 'it is queued');
      const unencoded = tier.set('n', 'k', storedEntry('x'.repeat(100_000), 4), pinned);
      const purge = tier[operation]('n', 'k');
      const after = tier.set('m', 'k', storedEntry('of another namespace'), forGood);
      rig.writes.alwaysPass();
      await rig.clock.advance(100);
      await Promise.all([inFlight, purge, after]);
      expect([await queued, await unencoded]).toEqual(['older', 'older']);
      expect(await tier.get('n', 'k')).toBeNull();
      expect(await tier.get('m', 'k')).not.toBeNull();
      expect(await tier.set('n', 'k', storedEntry('new'), forGood)).toBe('stored');
    },
  );

  it('is not brought back by a write that is tried again when the disk is mended (CO-13)', async () => {
    rig.writes.alwaysThrow(ioError);
    const write = tier.set('n', 'k', storedEntry('owed'), pinned);
    await expect(write).rejects.toMatchObject({ code: 'tier-unavailable' });
    await expect(tier.delete('n', 'k')).rejects.toMatchObject({ code: 'tier-unavailable' });
    const last = tier.set('n', 'last', storedEntry('owed'), pinned);
    await expect(last).rejects.toMatchObject({ code: 'tier-unavailable' });
    rig.writes.alwaysPass();
    await pollUntil(async () => {
      await rig.clock.advance(50);
      return (await tier.get('n', 'last').catch(() => null)) !== null;
    }, 'what was owed is written');
    expect(await tier.get('n', 'k')).toBeNull();
  });
});
