import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { DiskRig } from '../../../test/support/disk-rig.js';
import { expectWritable, fill, keys, valueOf } from '../../../test/support/disk-sample.js';
import { LocalSqlFile } from '../../../test/support/local-sql-file.js';
import type { SqlFile } from './sql-file.js';

/** Uniform in 0 … below, the same in every run. */
function seeded(seed: string, below: number): number {
  return createHash('sha256').update(seed).digest().readUInt32BE() % below;
}

const rigs: DiskRig[] = [];
const newRig = (connect?: (location: string) => Promise<SqlFile>): DiskRig => {
  const rig = new DiskRig(undefined, connect);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

describe('a file that was torn (CA-11)', () => {
  let whole: Buffer;
  /** The file as it was begun, and everything else in its log. */
  let begun: Buffer;
  let log: Buffer;

  beforeAll(async () => {
    const rig = newRig();
    await rig.tier();
    await rig.close();
    begun = fs.readFileSync(rig.path);
    await fill(await rig.tier());
    log = fs.readFileSync(`${rig.path}-wal`);
    await rig.close();
    whole = fs.readFileSync(rig.path);
  });

  /** Opens a folder with these files: every answer is right or nothing, and the tier can be written to again. */
  async function expectHarmless(files: Record<string, Buffer>): Promise<{ served: number; asides: number }> {
    const rig = newRig(async (location) => new LocalSqlFile(location));
    fs.mkdirSync(rig.folder, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(`${rig.path}${name}`, bytes);
    const tier = await rig.tier();
    let served = 0;
    for (const [at, key] of keys.entries()) {
      const read = await tier.get(`n${at % 2}`, key);
      expect([undefined, valueOf(at)]).toContain(read?.value);
      if (read !== null) served += 1;
    }
    await expectWritable(tier);
    const asides = fs.readdirSync(rig.folder).filter((name) => name.includes('.corrupt-')).length;
    await rig.close();
    fs.rmSync(rig.folder, { recursive: true });
    return { served, asides };
  }

  it('is read as a whole where it is whole, its log included (CA-11)', async () => {
    const all = { served: keys.length, asides: 0 };
    expect(await expectHarmless({ '': whole })).toEqual(all);
    expect(await expectHarmless({ '': begun, '-wal': log })).toEqual(all);
  });

  it('serves what is right or nothing when it is cut at any of 200 offsets and every page edge (CA-11)', async () => {
    const edges = Array.from({ length: whole.length / 4_096 }, (_, page) => page * 4_096);
    const offsets = Array.from({ length: 200 }, (_, at) => seeded(`cut ${at}`, whole.length));
    for (const at of [...edges, ...offsets]) await expectHarmless({ '': whole.subarray(0, at) });
  }, 120_000);

  it('serves what is right or nothing when bytes are flipped at any of 200 offsets and every page edge (CA-11)', async () => {
    // The edge itself, and what each page says of its cells: how many, and where the first two are.
    const edges = Array.from({ length: whole.length / 4_096 }, (_, page) => page * 4_096).flatMap((edge) => [
      edge,
      edge + 4,
      edge + 9,
    ]);
    const offsets = Array.from({ length: 200 }, (_, at) => seeded(`flip ${at}`, whole.length));
    let served = 0;
    for (const at of [...edges, ...offsets]) {
      const torn = Buffer.from(whole);
      for (let byte = at; byte < Math.min(at + 1 + seeded(`length ${at}`, 16), torn.length); byte++)
        torn[byte]! ^= 1 + seeded(`bits ${byte}`, 255);
      served += (await expectHarmless({ '': torn })).served;
    }
    // Most damage concerns one row.
    expect(served).toBeGreaterThan((edges.length + offsets.length) * keys.length * 0.6);
  }, 120_000);

  it('serves what is right or nothing when its log is cut or flipped at any of 100 offsets (CA-11)', async () => {
    for (let at = 0; at < 100; at++) {
      const torn = Buffer.from(log);
      torn[seeded(`log ${at}`, torn.length)]! ^= 0xff;
      await expectHarmless({ '': begun, '-wal': torn });
      await expectHarmless({ '': whole, '-wal': torn.subarray(0, seeded(`log cut ${at}`, torn.length)) });
    }
  }, 120_000);
});
