import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';

let rig: DiskRig;

beforeEach(() => {
  rig = new DiskRig();
});
afterEach(() => rig.close());

describe('the disk tier (CA-4)', () => {
  it('gives back after a restart what was stored before, with all its facts (CA-4)', async () => {
    const entry = storedEntry({ model: 'gpt', text: 'значение 😀\0' }, 7, { left: ['d'], maxAgeMs: 5_000 });
    const absence = storedEntry(null, 8, { absent: true, message: 'no such book' });
    const before = await rig.tier();
    expect(await before.set('models', 'all', entry, pinned)).toBe('stored');
    expect(await before.set('models', 'none', absence, forGood)).toBe('stored');
    await before.close();
    const after = await rig.tier();
    expect(await after.get('models', 'all')).toEqual(entry);
    expect(await after.get('models', 'none')).toEqual(absence);
    expect(await after.get('models', 'nothing')).toBeNull();
    expect(rig.events.filter(({ type }) => type !== 'entry-stored')).toEqual([]);
  });

  it('keeps its file for its owner alone, and leaves one file behind (CA-4)', async () => {
    await (await rig.tier()).set('n', 'k', storedEntry(1), forGood);
    const mode = (file: string) => fs.statSync(file).mode & 0o777;
    expect(mode(rig.folder)).toBe(0o700);
    for (const name of fs.readdirSync(rig.folder))
      expect([name, mode(path.join(rig.folder, name))]).toEqual([name, 0o600]);
    await rig.close();
    expect(fs.readdirSync(rig.folder)).toEqual(['cache.sqlite']);
  });

  it('takes any text for a key, and no key for another one (CA-4)', async () => {
    const tier = await rig.tier();
    const keys = [
      '',
      'a',
      'a\0b',
      'a\0',
      'a:b',
      'A',
      'é',
      'e\u0301',
      '\ud800',
      '\ud801',
      '\ufffd',
      '%',
      '_',
      "'",
      'x'.repeat(5_000),
    ];
    await Promise.all(keys.map((key) => tier.set('n', key, storedEntry(key), forGood)));
    const values = await Promise.all(keys.map(async (key) => (await tier.get('n', key))?.value));
    expect(values).toEqual(keys);
  });

  it('deletes one key, or those with a prefix, and says how many (CA-4)', async () => {
    const tier = await rig.tier();
    const keys = ['a', 'a:1', 'a:2', 'ab', 'a\uffff', 'b', '%', 'a:'];
    await Promise.all(keys.map((key) => tier.set('n', key, storedEntry(key), forGood)));
    await tier.set('other', 'a:1', storedEntry(1), forGood);
    expect([await tier.delete('n', 'b'), await tier.delete('n', 'b')]).toEqual([true, false]);
    expect([await tier.deletePrefix('n', 'a:'), await tier.deletePrefix('n', 'a:')]).toEqual([3, 0]);
    expect(await tier.usage('n')).toMatchObject({ entries: 4 });
    expect([await tier.deletePrefix('n', ''), await tier.usage('n')]).toEqual([4, { entries: 0, bytes: 0 }]);
    expect(await tier.get('other', 'a:1')).not.toBeNull();
  });

  it('deletes a prefix of more entries than one transaction holds (CA-4)', async () => {
    const tier = await rig.tier();
    const writes = Array.from({ length: 1_100 }, (_, at) =>
      tier.set('n', `k${at}`, storedEntry(at), forGood),
    );
    await Promise.all(writes);
    expect(await tier.deletePrefix('n', 'k')).toBe(1_100);
  });

  it('finds the end of a prefix as startsWith does, whatever the text (CA-4)', async () => {
    const tier = await rig.tier();
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\uffff', '\ud83d', '\ude00', '\u00ff', '\0'),
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 8 }), text, async (keys, prefix) => {
        await tier.deletePrefix('n', '');
        await Promise.all(keys.map((key) => tier.set('n', key, storedEntry(1), forGood)));
        const covered = keys.filter((key) => key.startsWith(prefix)).length;
        expect(await tier.deletePrefix('n', prefix)).toBe(covered);
      }),
      { numRuns: 40 },
    );
  });

  it('counts entries and stored bytes per namespace, and reports each stored (CA-9)', async () => {
    const tier = await rig.tier();
    await tier.set('n', 'a', storedEntry('x'.repeat(1_000)), forGood);
    await tier.set('n', 'b', storedEntry('x'), forGood);
    const bytes = rig.reported('entry-stored').map((event) => event.bytes);
    expect(bytes).toHaveLength(2);
    expect(await tier.usage('n')).toEqual({ entries: 2, bytes: bytes[0]! + bytes[1]! });
    expect(await tier.usage('m')).toEqual({ entries: 0, bytes: 0 });
  });

  it('refuses what is beyond the limit on stored bytes, and stores what is at it (CA-3)', async () => {
    const tier = await rig.tier();
    await tier.set('n', 'a', storedEntry('x'), forGood);
    const { bytes } = await tier.usage('n');
    expect(await tier.set('n', 'b', storedEntry('x'), { ...forGood, maxBytes: bytes })).toBe('stored');
    expect(await tier.set('n', 'c', storedEntry('x'), { ...forGood, maxBytes: bytes - 1 })).toBe('too-large');
    expect(await tier.get('n', 'c')).toBeNull();
  });

  it('reads nothing that has expired, deletes it on its schedule, and keeps what is pinned (CA-4)', async () => {
    const tier = await rig.tier();
    await tier.set('n', 'short', storedEntry(1), { ...forGood, ttlMs: 500 });
    await tier.set('n', 'long', storedEntry(2), { ...forGood, ttlMs: 600_000 });
    await tier.set('n', 'pinned', storedEntry(3), { ...pinned, ttlMs: 500 });
    await rig.clock.advance(499);
    expect(await tier.get('n', 'short')).not.toBeNull();
    await rig.clock.advance(1);
    expect(await tier.get('n', 'short')).toBeNull();
    expect(await tier.get('n', 'pinned')).not.toBeNull();
    expect(await tier.usage('n')).toMatchObject({ entries: 3 });
    await rig.quiet();
    await rig.clock.advance(60_000);
    await pollUntil(async () => (await tier.usage('n')).entries === 2, 'the expired entry is deleted');
    expect(await tier.get('n', 'pinned')).not.toBeNull();
  });

  it('takes an older entry where the newer one has expired (CA-4)', async () => {
    const tier = await rig.tier();
    await tier.set('n', 'k', storedEntry('new', 2), { ...forGood, ttlMs: 500 });
    await rig.clock.advance(500);
    expect(await tier.set('n', 'k', storedEntry('old', 1), forGood)).toBe('stored');
  });
});
