import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderLock } from '../../adapters/disk/data-folder-lock.js';
import { parseConfig } from '../../platform/config/index.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { checkDisk } from './check-disk.js';

const isRoot = process.getuid?.() === 0;
const look = (dataDir: string) => checkDisk(parseConfig({ DATA_DIR: dataDir, CACHE_DISK_MAX_BYTES: 'none' }));

describe('checkDisk (OP-8)', () => {
  let folder: string;
  beforeEach(() => (folder = tempFolder('disk')));

  it('tells the room there is, and which process owns the folder', async () => {
    expect(await look(folder)).toMatchObject({ message: expect.stringContaining('no process owns it') });
    const lock = await DataFolderLock.acquire(folder);
    expect((await look(folder)).message).toMatch(new RegExp(`\\d+ MiB free; process ${process.pid} owns it`));
    await lock.release();
  });

  it('says of a folder that is not there yet where it would be made', async () => {
    expect((await look(join(folder, 'a', 'b'))).message).toContain('(not made yet)');
  });

  it('tells a folder that cannot be made', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await look(join(file, 'data'))).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining(`${file} is no folder`),
    });
  });

  // Nothing is closed to root.
  (isRoot ? it.skip : it)('tells a folder that it may not write to', async () => {
    chmodSync(folder, 0o555);
    const found = await look(folder);
    chmodSync(folder, 0o755);
    expect(found).toMatchObject({ verdict: 'fail', advice: expect.stringContaining('DATA_DIR') });
  });

  it('warns where the cache file may become larger than what is free', async () => {
    const settings = parseConfig({ DATA_DIR: folder });
    const cache = { ...settings.cache, diskMaxBytes: 2 ** 52 };
    expect(await checkDisk({ ...settings, cache })).toMatchObject({
      verdict: 'warn',
      advice: expect.stringContaining('CACHE_DISK_MAX_BYTES'),
    });
  });
});
