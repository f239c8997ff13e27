import fs from 'node:fs';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { DiskTier } from './disk-tier.js';

const unavailable = { code: 'tier-unavailable' };
let rig: DiskRig;

beforeEach(() => {
  rig = new DiskRig();
});
afterEach(() => rig.close());

const isUp = () => rig.reported('tier-state').map((event) => event.isUp);
const put = (tier: DiskTier, key: string, value: unknown = key, options = forGood) =>
  tier.set('n', key, storedEntry(value), options);

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

/** Lets back-offs pass until the tier says that it is up. */
const heal = () =>
  pollUntil(async () => {
    await rig.clock.advance(100);
    return isUp().at(-1) === true;
  }, 'the tier is up again');

describe('a disk tier from its start to its end (CA-4)', () => {
  it('starts without a disk, is told to be down, and takes it when it comes (CA-11)', async () => {
    fs.writeFileSync(rig.folder, 'a file where the folder should be');
    const tier = await rig.tier();
    expect(rig.reported('tier-failed')).toMatchObject([{ operation: 'start' }]);
    expect(isUp()).toEqual([false]);
    await expect(tier.get('n', 'k')).rejects.toMatchObject(unavailable);
    await expect(put(tier, 'k', 1, pinned)).rejects.toMatchObject(unavailable);
    fs.rmSync(rig.folder);
    await heal();
    await pollUntil(async () => (await tier.get('n', 'k')) !== null, 'the pinned entry is written');
  });

  it('ends its start in time, whatever the disk does (CA-11)', async () => {
    rig.writes.alwaysHang();
    let hasStarted = false;
    const start = rig.tier().then(() => (hasStarted = true));
    await pollUntil(() => rig.clock.pending > 2, 'the file is being opened');
    await rig.clock.advance(1_999);
    expect(hasStarted).toBe(false);
    await rig.clock.advance(1);
    await start;
  });

  it('begins anew when its file or folder is removed while it runs (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'old');
    fs.rmSync(rig.folder, { recursive: true });
    await rig.quiet();
    await rig.clock.advance(60_000);
    await pollUntil(() => isUp().at(-1) === false, 'it is noticed');
    await heal();
    expect(await put(tier, 'new')).toBe('stored');
    expect([await tier.get('n', 'old'), (await tier.get('n', 'new'))?.value]).toEqual([null, 'new']);
    expect(fs.existsSync(rig.path)).toBe(true);
  });

  it('flushes what is queued when it closes, and takes nothing more (CA-4)', async () => {
    const tier = await rig.tier();
    const writes = Array.from({ length: 300 }, (_, at) => put(tier, `k${at}`));
    await tier.close();
    await expect(Promise.all(writes)).resolves.toHaveLength(300);
    await expect(put(tier, 'late')).rejects.toMatchObject(unavailable);
    await expect(tier.get('n', 'k1')).rejects.toMatchObject(unavailable);
    expect(await (await rig.tier()).usage('n')).toMatchObject({ entries: 300 });
  });

  it('waits a second for a disk that hangs when it closes, and no longer (CA-4)', async () => {
    const tier = await rig.tier();
    rig.writes.alwaysHang();
    const lost = failureOf(put(tier, 'k'));
    let hasClosed = false;
    const closing = tier.close().then(() => (hasClosed = true));
    await rig.clock.advance(999);
    expect(hasClosed).toBe(false);
    await rig.clock.advance(1_501);
    await closing;
    expect(await lost).toMatchObject(unavailable);
  });

  it('loses nothing that was committed when the process is killed: what is on the disk then is whole (CA-11)', async () => {
    const tier = await rig.tier();
    await Promise.all(Array.from({ length: 200 }, (_, at) => put(tier, `k${at}`, 'x'.repeat(at * 50))));
    const image = new DiskRig();
    fs.cpSync(rig.folder, image.folder, { recursive: true });
    try {
      const after = await image.tier();
      for (let at = 0; at < 200; at++) expect((await after.get('n', `k${at}`))?.value).toHaveLength(at * 50);
      expect(image.events).toEqual([]);
    } finally {
      await image.close();
    }
  });
});
