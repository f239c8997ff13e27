import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { DiskFaultRig } from '../support/disk-fault-rig.js';
import { measured, percentile } from '../support/fault-report.js';
import type { DiskFault } from '../support/faulty-sql-file.js';
import { pollUntil } from '../support/poll-until.js';
import { tempFolder } from '../support/temp-folder.js';

const row = 'Disk';
const keys = Array.from({ length: 50 }, (_, n) => `key:${n}`);

describe('a disk that takes no writes', () => {
  let rig: DiskFaultRig;

  beforeEach(async () => {
    rig = await DiskFaultRig.start();
    await Promise.all(keys.map((key) => rig.set(key)));
  });

  afterEach(() => rig.close());

  /** Every entry is read as it was written; how long that takes (ms). */
  async function expectAllRead(): Promise<number[]> {
    const took: number[] = [];
    for (const key of keys) {
      const start = performance.now();
      expect(await rig.get(key)).toMatchObject({ value: { text: `${key}@5` } });
      took.push(performance.now() - start);
    }
    return took;
  }

  const healed = () =>
    pollUntil(
      async () => (await rig.set('healed', 6).catch(() => null)) !== null,
      'it is written to again',
      undefined,
      45_000,
    );

  const faults: [string, DiskFault][] = [
    ['full (PRAGMA max_page_count)', { maxPages: 1 }],
    ['full (SQLITE_FULL)', { writesFail: 'SQLITE_FULL' }],
    ['EIO on writes', { writesFail: 'SQLITE_IOERR_WRITE' }],
    ['EIO on fsync', { writesFail: 'SQLITE_IOERR_FSYNC' }],
  ];

  it.each(faults)(
    '%s: reads go on, writes skip and count, the file is as it was (CA-11)',
    async (fault, what) => {
      await rig.set('last', 5, { pinned: true });
      Object.assign(rig.fault, what);
      // One that needs room beyond the pages that are there.
      const large = { text: randomBytes(300_000).toString('base64') };
      await expect(rig.set('large', 6, large)).rejects.toThrow('disk');
      await expectAllRead();
      const took: number[] = [];
      for (let n = 0; n < 20; n++) {
        const start = performance.now();
        await rig.set(`more:${n}`, 6, large).catch(() => undefined);
        took.push(performance.now() - start);
      }
      await expectAllRead();
      expect(
        rig.eventsOf('tier-failed').filter(({ operation }) => operation === 'set').length,
      ).toBeGreaterThan(0);
      measured({ row, fault, what: 'write refused, p50', value: percentile(took, 0.5), limit: 50 });
      for (const name of Object.keys(what)) delete rig.fault[name as keyof DiskFault];
      const start = performance.now();
      await healed();
      measured({ row, fault, what: 'written to again', value: performance.now() - start, limit: 31_000 });
      await expectAllRead();
      expect(rig.quarantined).toEqual([]);
      await rig.close();
      measured({ row, fault, what: 'boot', value: await rig.open(), limit: 3_000 });
      await expectAllRead();
      expect(await rig.get('last')).toMatchObject({ value: { text: 'last@5' } });
    },
  );

  it('a slow fsync keeps no reader waiting, and is told (CA-11)', async () => {
    const fault = 'fsync takes 4 s';
    await rig.close();
    rig = await DiskFaultRig.start(rig.folder, { writeTimeoutMs: 1_000 });
    rig.fault.commitMs = 4_000;
    const writing = rig.set('slow', 6).then(
      (outcome) => outcome,
      (error: Error) => error.message,
    );
    const took = [...(await expectAllRead()), ...(await expectAllRead())];
    measured({ row, fault, what: 'read, p99', value: percentile(took), limit: 250 });
    const told = () => rig.eventsOf('tier-state').some(({ isUp }) => !isUp);
    await pollUntil(told, 'it says that writing hangs');
    await expectAllRead();
    expect(await writing).toMatch(/disk/);
    delete rig.fault.commitMs;
    await healed();
    await expectAllRead();
    expect(rig.quarantined).toEqual([]);
  });

  it('reads that fail are misses, and the file stays (CA-11)', async () => {
    rig.fault.readsFail = 'SQLITE_IOERR_READ';
    for (const key of keys.slice(0, 10)) {
      expect(await rig.get(key).catch(() => null)).toBeNull();
    }
    delete rig.fault.readsFail;
    await pollUntil(async () => (await rig.get('key:0').catch(() => null)) !== null, 'it is read again');
    await expectAllRead();
    expect(rig.quarantined).toEqual([]);
  });

  it('a folder that is mounted read-only: reads go on, and the file is as it was (CA-11)', async () => {
    const fault = 'read-only folder';
    await rig.close();
    const before = readFileSync(rig.file);
    const mounted = tempFolder('read-only');
    try {
      execFileSync('mount', ['--bind', rig.folder, mounted], { stdio: 'ignore' });
      execFileSync('mount', ['-o', 'remount,ro,bind', mounted], { stdio: 'ignore' });
    } catch (error) {
      process.stderr.write(`\nSKIPPED, a folder cannot be mounted read-only here: ${String(error)}\n`);
      await rig.open();
      return;
    }
    const frozen = await DiskFaultRig.start(mounted);
    try {
      for (const key of keys) expect(await frozen.get(key)).toMatchObject({ value: { text: `${key}@5` } });
      await expect(frozen.set('more', 6)).rejects.toThrow('disk');
      await frozen.close();
      measured({ row, fault, what: 'boot', value: await frozen.open(), limit: 3_000 });
      expect(readFileSync(rig.file).equals(before)).toBe(true);
    } finally {
      await frozen.close();
      execFileSync('umount', ['--lazy', mounted], { stdio: 'ignore' });
      await rig.open();
    }
    await expectAllRead();
  });

  it('a file that is removed, or missing, is begun anew (CA-11)', async () => {
    for (const name of ['', '-wal', '-shm']) rmSync(`${rig.file}${name}`, { force: true });
    await rig.close();
    measured({ row, fault: 'file missing', what: 'boot', value: await rig.open(), limit: 3_000 });
    expect(await rig.get('key:0')).toBeNull();
    await rig.close();
    rmSync(rig.folder, { recursive: true });
    measured({ row, fault: 'folder missing', what: 'boot', value: await rig.open(), limit: 3_000 });
    await Promise.all(keys.map((key) => rig.set(key)));
    await expectAllRead();
  });
});
