import { createHash } from 'node:crypto';
import Database from 'libsql';
import type { DiskTier } from '../../src/adapters/disk/disk-tier.js';
import { forGood, pinned, storedEntry } from './disk-rig.js';

/** Neither compressible nor alike. */
export const valueOf = (at: number) =>
  createHash('sha512')
    .update(String(at))
    .digest('hex')
    .repeat([1, 4, 40][at % 3]!);
export const keys = Array.from({ length: 24 }, (_, at) => `key ${at}`);

export async function fill(tier: DiskTier): Promise<void> {
  await Promise.all(
    keys.map((key, at) =>
      tier.set(`n${at % 2}`, key, storedEntry(valueOf(at)), at % 8 === 0 ? pinned : forGood),
    ),
  );
}

export async function expectWritable(tier: DiskTier): Promise<void> {
  const all = keys.map(async (key, at) => {
    expect(await tier.set(`n${at % 2}`, key, storedEntry('new', 2), forGood)).toBe('stored');
    expect((await tier.get(`n${at % 2}`, key))?.value).toBe('new');
  });
  await Promise.all(all);
}

/** Changes the rows of a file that nobody has open, behind the tier's back. */
export function tamper(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}
