import fs from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { SystemClock } from '../../adapters/system/system-clock.js';
import { parseConfig } from '../config/index.js';
import { TiersService } from './tiers.service.js';

const kept = { ttlMs: 60_000, maxBytes: null, pinned: false };

describe('a disk of its own (SI-7)', () => {
  let folder: string;
  let tiers: TiersService;
  const service = (environment: Record<string, string> = {}) =>
    new TiersService(
      parseConfig({ DATA_DIR: join(folder, 'data'), ...environment }),
      new SystemClock(),
      () => undefined,
    );

  beforeEach(() => {
    folder = tempFolder('own-disk');
    tiers = service();
  });
  afterEach(() => tiers.onApplicationShutdown());

  it('is opened at the start and closed at the end, beside that of the process', async () => {
    const own = tiers.ownDisk(join(folder, 'signals'), 10_000_000)!;
    expect(own.usedBytes).toBeNull();
    await tiers.start();
    expect(await own.tier.set('n', 'key', storedEntry(), kept)).toBe('stored');
    expect(await tiers.disk!.get('n', 'key')).toBeNull();
    expect(own.usedBytes).toBeGreaterThan(0);
    expect(own.maxBytes).toBe(10_000_000);
    expect(await own.clean(10_000)).toMatchObject({ expired: 0, isComplete: true });
    expect(fs.existsSync(join(folder, 'signals', 'cache.sqlite'))).toBe(true);
    await tiers.onApplicationShutdown();
    await expect(own.tier.set('n', 'key', storedEntry(), kept)).rejects.toThrow('closed');
  });

  it('is opened at once where all has started already', async () => {
    await tiers.start();
    const own = tiers.ownDisk(join(folder, 'signals'), 10_000_000)!;
    expect(await own.tier.set('n', 'key', storedEntry(), kept)).toBe('stored');
  });

  it('of one folder is one, however the folder is written', () => {
    const own = tiers.ownDisk(join(folder, 'signals'), 10_000_000);
    expect(tiers.ownDisk(`${folder}/other/../signals/`, 10_000_000)).toBe(own);
    expect(tiers.ownDisk(join(folder, 'other'), 10_000_000)).not.toBe(own);
  });

  it('belongs to one process: a second one does not start on it, until the first has ended (SI-7)', async () => {
    const place = join(folder, 'shared');
    tiers.ownDisk(place, 10_000_000);
    await tiers.start();
    const second = service({ DATA_DIR: join(folder, 'another') });
    second.ownDisk(place, 10_000_000);
    await expect(second.start()).rejects.toThrow(`The data folder ${place} is in use`);
    await second.onApplicationShutdown();
    await tiers.onApplicationShutdown();
    const third = service({ DATA_DIR: join(folder, 'another') });
    third.ownDisk(place, 10_000_000);
    await third.start();
    await third.onApplicationShutdown();
    expect(fs.existsSync(join(place, 'lock'))).toBe(false);
  });

  it('that cannot be made is no reason not to start (SI-7)', async () => {
    fs.writeFileSync(join(folder, 'file'), '');
    const own = tiers.ownDisk(join(folder, 'file', 'below'), 10_000_000)!;
    await tiers.start();
    expect(own.usedBytes).toBeNull();
  });

  it('cannot be in the folder of the process’s own', () => {
    expect(() => tiers.ownDisk(join(folder, 'data', '.'), 1)).toThrow(
      'folder must be another one than DATA_DIR',
    );
  });

  it('is none where nothing may be kept on disk', async () => {
    await tiers.onApplicationShutdown();
    tiers = service({ CACHE_DISK_MAX_BYTES: 'none' });
    expect(tiers.ownDisk(join(folder, 'signals'), 1)).toBeNull();
  });
});
