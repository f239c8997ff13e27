import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadedSqlFile } from '../../src/adapters/disk/threaded-sql-file.js';
import { DiskFaultRig } from '../support/disk-fault-rig.js';
import { measured, percentile } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { pollUntil } from '../support/poll-until.js';
import { seededRandom } from '../support/seeded-random.js';
import { tempFolder } from '../support/temp-folder.js';

const row = 'Disk';
const pageBytes = 4_096;
const keys = Array.from({ length: 60 }, (_, n) => `key:${n}`);
const textOf = (key: string) => key.padEnd(600, '.');

/** Files that end in the middle, or of which a page never reached the disk. */
describe('a torn cache file', () => {
  /** As a process left them that was killed: the file, and the log beside it. */
  let file: Buffer;
  let log: Buffer;

  beforeAll(async () => {
    const rig = await DiskFaultRig.start();
    for (const key of keys) await rig.set(key, 5, { text: textOf(key), pinned: key === 'key:30' });
    await rig.close();
    file = readFileSync(rig.file);
    await rig.open();
    for (const key of keys.slice(0, 20)) await rig.set(key, 6, { text: textOf(key) });
    const copy = tempFolder('torn');
    for (const suffix of ['', '-wal'])
      copyFileSync(`${rig.file}${suffix}`, join(copy, `cache.sqlite${suffix}`));
    log = readFileSync(join(copy, 'cache.sqlite-wal'));
    file = readFileSync(join(copy, 'cache.sqlite'));
    await rig.close();
  });

  interface Torn {
    readonly file: Buffer;
    readonly log?: Buffer;
  }

  /** Boots on it; whatever is read is what was written, and it is written to. How long the boot took (ms). */
  async function expectServedOn(torn: Torn): Promise<number> {
    const folder = tempFolder('torn');
    writeFileSync(join(folder, 'cache.sqlite'), torn.file);
    if (torn.log) writeFileSync(join(folder, 'cache.sqlite-wal'), torn.log);
    const start = performance.now();
    const rig = await DiskFaultRig.start(folder);
    const took = performance.now() - start;
    try {
      for (const key of keys) {
        const found = await rig.get(key).catch(() => null);
        if (found !== null) expect(found.value).toEqual({ text: textOf(key) });
      }
      const isWritten = async () => (await rig.set('new', 7).catch(() => null)) === 'stored';
      await pollUntil(isWritten, 'it is written to');
      expect(await rig.get('new')).toMatchObject({ value: { text: 'new@7' } });
      for (const name of rig.quarantined) {
        const kept = readFileSync(join(folder, name));
        expect(kept.length).toBeLessThanOrEqual(Math.max(torn.file.length, file.length));
      }
    } finally {
      await rig.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return took;
  }

  async function expectAllServedOn(fault: string, cases: readonly Torn[]): Promise<void> {
    const took: number[] = [];
    for (const torn of cases) took.push(await expectServedOn(torn));
    const named = `${fault}, ×${cases.length}`;
    measured({ row, fault: named, what: 'boot, p50', value: percentile(took, 0.5), limit: 3_000 });
    measured({ row, fault: named, what: 'boot, max', value: Math.max(...took), limit: 3_000 });
    expect(took).toHaveLength(cases.length);
  }

  const edges = (bytes: Buffer): number[] => {
    const all = Array.from(
      { length: Math.floor(bytes.length / pageBytes) + 1 },
      (_, page) => page * pageBytes,
    );
    return process.env.FAULTS === 'quick' ? all.filter((_, at) => at % 5 === 0) : all;
  };

  const zeroed = (bytes: Buffer, from: number): Buffer => {
    const copy = Buffer.from(bytes);
    return copy.fill(0, from, from + pageBytes);
  };

  it(`is served on from ${faultScale.tornOffsets} seeded offsets at which the file ends (CA-11)`, async () => {
    const random = seededRandom(4_711);
    const offsets = Array.from({ length: faultScale.tornOffsets }, () => Math.floor(random() * file.length));
    await expectAllServedOn(
      'file torn, seed 4711',
      offsets.map((offset) => ({ file: file.subarray(0, offset) })),
    );
  }, 600_000);

  it('is served on from every page edge at which the file ends (CA-11)', async () => {
    await expectAllServedOn(
      'file torn at page edges',
      edges(file).map((offset) => ({ file: file.subarray(0, offset) })),
    );
  }, 600_000);

  it('is served on with any one page lost (CA-11)', async () => {
    const pages = edges(file).filter((from) => from < file.length);
    await expectAllServedOn(
      'one page of zeros',
      pages.map((from) => ({ file: zeroed(file, from) })),
    );
  }, 600_000);

  it('is served on with the log torn anywhere (CA-11)', async () => {
    const random = seededRandom(4_712);
    const count = Math.ceil(faultScale.tornOffsets / 4);
    const offsets = Array.from({ length: count }, () => Math.floor(random() * log.length));
    await expectAllServedOn(
      'log torn, seed 4712',
      offsets.map((offset) => ({ file, log: log.subarray(0, offset) })),
    );
  }, 600_000);

  it.each([
    ['an older schema', 0],
    ['a schema of tomorrow', 99],
  ])('%s is set aside whole, and a new file begun (CA-11)', async (fault, version) => {
    const folder = tempFolder('schema');
    const path = join(folder, 'cache.sqlite');
    writeFileSync(path, file);
    writeFileSync(`${path}-wal`, log);
    const sql = await ThreadedSqlFile.open(path);
    await sql.run([{ sql: `PRAGMA user_version = ${version}` }]);
    await sql.close();
    const start = performance.now();
    const rig = await DiskFaultRig.start(folder);
    measured({ row, fault, what: 'boot', value: performance.now() - start, limit: 3_000 });
    expect(rig.quarantined).toHaveLength(1);
    const old = await ThreadedSqlFile.open(join(folder, rig.quarantined[0]!));
    expect(
      await old.run([{ sql: 'SELECT count(*) AS entries FROM entry' }, { sql: 'PRAGMA user_version' }]),
    ).toEqual([[{ entries: keys.length }], [{ user_version: version }]]);
    await old.close();
    expect(await rig.set('new', 7)).toBe('stored');
    expect(await rig.get('new')).toMatchObject({ value: { text: 'new@7' } });
    expect(await rig.get('key:30')).toMatchObject({ value: { text: textOf('key:30') } });
    await rig.close();
  });
});
