import fs from 'node:fs';
import Database from 'libsql';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { expectWritable, fill, keys, tamper, valueOf } from '../../../test/support/disk-sample.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { SqlFileError } from './sql-file.error.js';

const rigs: DiskRig[] = [];
const newRig = (): DiskRig => {
  const rig = new DiskRig();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

describe('a damaged row (CA-4)', () => {
  it.each([
    ['an envelope', 'envelope', 'crc'],
    ['what the row says of itself', 'facts', 'crc'],
  ])('is deleted, reported and not there, by a bit in %s (CA-4)', async (_name, column, fault) => {
    const rig = newRig();
    await fill(await rig.tier());
    await rig.close();
    const last = `length(${column})`;
    tamper(
      rig.path,
      `UPDATE entry SET ${column} = CAST(substr(${column}, 1, ${last} - 1) || x'00' AS BLOB) WHERE size = (SELECT max(size) FROM entry)`,
    );
    const tier = await rig.tier();
    const reads = await Promise.all(keys.map((key, at) => tier.get(`n${at % 2}`, key)));
    const lost = reads.filter((read) => read === null).length;
    expect(lost).toBeGreaterThan(0);
    reads.forEach((read, at) => expect([undefined, valueOf(at)]).toContain(read?.value));
    const corrupt = rig.reported('entry-corrupt');
    expect(corrupt).toHaveLength(lost);
    expect(corrupt[0]).toMatchObject({ tier: 'disk', fault });
    const left = async () => (await tier.usage('n0')).entries + (await tier.usage('n1')).entries;
    await pollUntil(async () => (await left()) === keys.length - lost, 'they are deleted');
    const at = reads.indexOf(null);
    expect(await tier.set(`n${at % 2}`, keys[at]!, storedEntry('new'), forGood)).toBe('stored');
  });

  it('never ends the process by text that is not UTF-8 where bytes should be (CA-11)', async () => {
    const rig = newRig();
    await (await rig.tier()).set('n', 'k', storedEntry(1), forGood);
    await rig.close();
    tamper(
      rig.path,
      `UPDATE entry SET facts = CAST(x'ff41' AS TEXT), envelope = CAST(x'fffe' AS TEXT), last_access = CAST(x'ff' AS TEXT)`,
    );
    expect(await (await rig.tier()).get('n', 'k')).toBeNull();
  });

  it('gives no value of another key, whatever an index leads to (CA-4)', async () => {
    const rig = newRig();
    await fill(await rig.tier());
    await rig.close();
    tamper(
      rig.path,
      `CREATE TABLE swap AS SELECT id, facts, envelope FROM entry;
       UPDATE entry SET (facts, envelope) = (SELECT facts, envelope FROM swap WHERE swap.id = entry.id % 20 + 1);
       DROP TABLE swap`,
    );
    const tier = await rig.tier();
    for (const [at, key] of keys.entries())
      expect([undefined, valueOf(at)]).toContain((await tier.get(`n${at % 2}`, key))?.value);
    expect(fs.readdirSync(rig.folder).join(' ')).toContain('cache.sqlite.corrupt-');
  });
});

describe('a damaged file (CA-11)', () => {
  let whole: Buffer;

  beforeAll(async () => {
    const rig = newRig();
    await fill(await rig.tier());
    await rig.close();
    whole = fs.readFileSync(rig.path);
  });

  it('is set aside with its name and moment, and its last known good goes on in a new one (CA-4)', async () => {
    const rig = newRig();
    fs.mkdirSync(rig.folder, { recursive: true });
    const torn = Buffer.from(whole);
    // The table's first page stays; all the later ones but the indexes' go.
    tamperPages(torn, rig.path);
    const tier = await rig.tier();
    // It is known and mended when the start ends: whoever needs the last known good needs it then.
    const [warning] = rig.reported('tier-warning');
    expect(warning?.message).toMatch(
      /^cache\.sqlite was set aside, SQLITE_CORRUPT.*: it is kept as cache\.sqlite\.corrupt-\d+; 3 pinned entries were carried over/,
    );
    for (const at of [0, 8, 16]) expect((await tier.get('n0', keys[at]!))?.value).toBe(valueOf(at));
    expect(await tier.get('n1', keys[1]!)).toBeNull();
    expect(rig.reported('tier-failed')).toEqual([]);
  });

  /** Breaks the index over namespace and key, and nothing else. */
  function tamperPages(torn: Buffer, file: string): void {
    fs.writeFileSync(file, torn);
    const database = new Database(file);
    const { rootpage } = database
      .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'entry_key'")
      .get() as { rootpage: number };
    database.close();
    torn.fill(0xff, (rootpage - 1) * 4_096, rootpage * 4_096);
    fs.writeFileSync(file, torn);
  }

  it.each([
    ['older', 'PRAGMA user_version = 0'],
    ['newer', 'PRAGMA user_version = 99'],
  ])(
    'is set aside when its schema is %s, with its last known good carried over (CA-11)',
    async (_name, change) => {
      const rig = newRig();
      fs.mkdirSync(rig.folder, { recursive: true });
      fs.writeFileSync(rig.path, whole);
      tamper(rig.path, change);
      const tier = await rig.tier();
      expect(rig.reported('tier-warning')[0]?.message).toContain('another schema');
      expect((await tier.get('n0', keys[8]!))?.value).toBe(valueOf(8));
      expect(await tier.get('n1', keys[1]!)).toBeNull();
      expect(await tier.set('n1', keys[1]!, storedEntry(1), forGood)).toBe('stored');
    },
  );

  it.each([
    ['text', Buffer.from('hello, I am no database at all'.repeat(400))],
    ['zeros', Buffer.alloc(40_000)],
    ['a database of somebody else', null],
  ])('is set aside when it is %s (CA-11)', async (_name, bytes) => {
    const rig = newRig();
    fs.mkdirSync(rig.folder, { recursive: true });
    if (bytes === null) tamper(rig.path, 'CREATE TABLE theirs (a)');
    else fs.writeFileSync(rig.path, bytes);
    const tier = await rig.tier();
    expect(await tier.set('n', 'k', storedEntry(1), forGood)).toBe('stored');
    expect(await tier.get('n', 'k')).not.toBeNull();
    expect(fs.readdirSync(rig.folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
  });

  it('leaves no more than two behind (CA-4)', async () => {
    const rig = newRig();
    fs.mkdirSync(rig.folder, { recursive: true });
    for (let round = 0; round < 4; round++) {
      fs.writeFileSync(rig.path, `no database ${round}`.repeat(1_000));
      await rig.tier();
      await rig.close();
      await rig.clock.advance(10);
    }
    const asides = fs.readdirSync(rig.folder).filter((name) => name.includes('.corrupt-'));
    expect(asides).toHaveLength(2);
    expect(fs.readFileSync(`${rig.folder}/${asides.toSorted().at(-1)!}`, 'utf8')).toContain('no database 3');
  });

  it('is replaced under a running tier when a reader finds it damaged (CA-4)', async () => {
    const rig = newRig();
    const tier = await rig.tier();
    await fill(tier);
    // Past the log: what is read next comes from the file.
    await tier.delete('n1', keys[1]!);
    const { size } = fs.statSync(rig.path);
    const file = fs.openSync(rig.path, 'r+');
    fs.writeSync(file, Buffer.alloc(size - 4_096, 0xff), 0, size - 4_096, 4_096);
    fs.closeSync(file);
    for (const [at, key] of keys.entries())
      expect([undefined, valueOf(at)]).toContain((await tier.get(`n${at % 2}`, key))?.value);
    await expectWritable(tier);
    expect(rig.reported('tier-warning')).toHaveLength(1);
    expect(rig.reported('tier-state')).toEqual([]);
  });

  it('is replaced when a write finds it damaged, and the write goes into the new one (CA-4)', async () => {
    const rig = newRig();
    const tier = await rig.tier();
    await tier.set('n', 'lost', storedEntry(1), forGood);
    await tier.set('n', 'good', storedEntry(2), pinned);
    jest
      .spyOn(rig.writes, 'befall')
      .mockRejectedValueOnce(new SqlFileError('database disk image is malformed', 'SQLITE_CORRUPT'));
    expect(await tier.set('n', 'new', storedEntry(3), forGood)).toBe('stored');
    const values = await Promise.all(
      ['lost', 'good', 'new'].map(async (key) => (await tier.get('n', key))?.value),
    );
    expect(values).toEqual([undefined, 2, 3]);
  });
});
