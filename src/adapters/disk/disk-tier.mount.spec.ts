import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { tempFolder } from '../../../test/support/temp-folder.js';

const describeAsRoot = process.getuid?.() === 0 && process.platform === 'linux' ? describe : describe.skip;
const unavailable = { code: 'tier-unavailable' };

describeAsRoot('a real disk that only root can break (CA-11)', () => {
  let disk: string;
  let rig: DiskRig;

  beforeEach(() => {
    disk = tempFolder('disk-mount');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=755', 'tmpfs', disk]);
    rig = new DiskRig(path.join(disk, 'data'));
  });
  afterEach(async () => {
    await rig.close();
    execFileSync('umount', [disk]);
  });

  const heal = () =>
    pollUntil(async () => {
      await rig.clock.advance(100);
      return rig.reported('tier-state').at(-1)?.isUp === true;
    }, 'the tier is up again');

  it('serves what it has when it is full, and writes what is pinned when there is room again (CA-11)', async () => {
    const tier = await rig.tier();
    await tier.set('n', 'old', storedEntry('old'), pinned);
    const { bavail, bsize } = fs.statfsSync(disk);
    fs.writeFileSync(path.join(disk, 'fill'), Buffer.alloc((bavail - 2) * bsize));
    const value = randomBytes(50_000).toString('hex');
    await expect(tier.set('n', 'new', storedEntry(value), pinned)).rejects.toMatchObject(unavailable);
    expect((await tier.get('n', 'old'))?.value).toBe('old');
    expect(rig.reported('tier-failed').map(({ operation }) => operation)).toEqual(['start', 'set']);
    fs.rmSync(path.join(disk, 'fill'));
    await heal();
    await pollUntil(async () => (await tier.get('n', 'new')) !== null, 'the pinned entry is written');
    expect((await tier.get('n', 'new'))?.value).toBe(value);
    expect(fs.readdirSync(rig.folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it.each(['closed in order', 'killed'])(
    'is read when it is read-only, after a process that was %s (CA-11)',
    async (end) => {
      const first = new DiskRig(end === 'killed' ? undefined : rig.folder);
      await (await first.tier()).set('n', 'old', storedEntry('old'), pinned);
      if (end === 'killed') fs.cpSync(first.folder, rig.folder, { recursive: true });
      await first.close();
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const tier = await rig.tier();
      expect((await tier.get('n', 'old'))?.value).toBe('old');
      await expect(tier.set('n', 'new', storedEntry(1), forGood)).rejects.toMatchObject(unavailable);
      expect(rig.reported('tier-state')).toMatchObject([{ isUp: false }]);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await heal();
      expect(await tier.set('n', 'new', storedEntry(1), forGood)).toBe('stored');
      expect((await tier.get('n', 'old'))?.value).toBe('old');
    },
  );

  it('starts without a folder where none can be made (CA-11)', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const tier = await rig.tier();
    await expect(tier.get('n', 'k')).rejects.toMatchObject(unavailable);
    expect(rig.reported('tier-state')).toMatchObject([{ isUp: false }]);
  });
});
