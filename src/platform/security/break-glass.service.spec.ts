import fs from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { parseConfig } from '../config/index.js';
import { BreakGlassFile } from './break-glass-file.js';
import { BreakGlassService } from './break-glass.service.js';

const day = 86_400_000;

describe('break-glass keys (OP-13)', () => {
  let dataDir: string;
  let keys: BreakGlassFile;
  let clock: VirtualClock;
  let lines: { level: string; error: string; msg: string }[];
  let service: BreakGlassService;

  beforeEach(() => {
    dataDir = tempFolder('break-glass');
    keys = new BreakGlassFile(dataDir);
    clock = new VirtualClock(Date.now());
    lines = [];
    const logger = pino(
      { formatters: { level: (level) => ({ level }) } },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    service = new BreakGlassService(parseConfig({ DATA_DIR: dataDir }), clock, logger);
  });

  const create = async (lifetimeMs = 30 * day): Promise<string> => {
    let made = '';
    await keys.create('on call', lifetimeMs, (key) => void (made = key));
    return made;
  };
  /** A second later, when the file may be looked at again. */
  const identify = async (key: string) => {
    await clock.advance(1_000);
    return service.identify(`Bearer ${key}`);
  };

  it('let in as admin by a verifier alone: the file holds nothing that lets anybody in', async () => {
    const key = await create();
    expect(await identify(key)).toEqual({
      id: `break-glass:${key.slice(5, 13)}`,
      name: 'on call',
      role: 'admin',
    });
    expect(fs.readFileSync(keys.path, 'utf8')).not.toContain(key.slice(14));
    expect(fs.statSync(keys.path).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(dataDir)).toEqual(['break-glass.json']);
  });

  it('are noticed while the process runs, at most a second later, and so is their end', async () => {
    expect(await identify('lgbg_nobodys1_x')).toBeNull();
    const key = await create();
    expect(await service.identify(`Bearer ${key}`)).toBeNull();
    expect(await identify(key)).not.toBeNull();
    await keys.revoke(key.slice(5, 13));
    expect(await identify(key)).toBeNull();
    expect(service.refused).toBe(3);
  });

  it('end when they expire, though nobody touches the file', async () => {
    const key = await create(day);
    await clock.advance(day - 60_000);
    expect(await service.identify(`Bearer ${key}`)).not.toBeNull();
    await clock.advance(120_000);
    expect(await identify(key)).toBeNull();
  });

  it('last 90 days at most, also where a file that was written by hand says more', async () => {
    await expect(create(90 * day + 1)).rejects.toThrow('expires-in: a break-glass key works for at most 90d');
    await expect(create(0)).rejects.toThrow('expires-in');
    const key = await create();
    const text = fs.readFileSync(keys.path, 'utf8');
    fs.writeFileSync(keys.path, text.replace(/"expiresAt": "\d{4}/, '"expiresAt": "2999'));
    expect(await identify(key)).not.toBeNull();
    await clock.advance(90 * day);
    expect(await identify(key)).toBeNull();
  });

  it('are refused with another secret, and where the prefix is of nobody', async () => {
    const key = await create();
    const last = key.endsWith('A') ? 'B' : 'A';
    expect(await identify(key.slice(0, -1) + last)).toBeNull();
    expect(await identify(key.replace(/^lgbg_\w{8}/, 'lgbg_nobodys1'))).toBeNull();
    expect(await identify(key.replace('lgbg_', 'lg_'))).toBeNull();
    expect(service.isPresented(`Bearer lg_${'x'.repeat(50)}`)).toBe(false);
  });

  const replaceBy = (text: string) => fs.writeFileSync(keys.path, text);
  it.each<[string, () => void, RegExp]>([
    ['readable by others', () => fs.chmodSync(keys.path, 0o644), /mode 644: others may read it/],
    ['writable by its group', () => fs.chmodSync(keys.path, 0o620), /mode 620/],
    [
      'a link',
      () => {
        fs.renameSync(keys.path, `${keys.path}.real`);
        fs.symlinkSync(`${keys.path}.real`, keys.path);
      },
      /is a link/,
    ],
    ['torn', () => replaceBy(fs.readFileSync(keys.path, 'utf8').slice(0, -20)), /is not JSON/],
    ['of another form', () => replaceBy('{"keys":[{"prefix":"x"}]}'), /keys\.0\.prefix/],
    ['far too long', () => replaceBy(' '.repeat(70_000)), /more than 65536 bytes/],
  ])('let nobody in by a file that is %s, and one ERROR says so (OP-13)', async (_, spoil, told) => {
    const key = await create();
    expect(await identify(key)).not.toBeNull();
    spoil();
    expect(await identify(key)).toBeNull();
    expect(await identify(key)).toBeNull();
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', error: expect.stringMatching(told) as unknown }),
    ]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('let nobody in by a file that belongs to somebody else', async () => {
    const key = await create();
    fs.chownSync(keys.path, 12_345, 12_345);
    expect(await identify(key)).toBeNull();
    expect(lines[0]!.error).toContain('belongs to user 12345');
  });

  it('are not lost to each other when several are made at once', async () => {
    const made = await Promise.allSettled(Array.from({ length: 5 }, () => create()));
    const done = made.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThan(0);
    expect(await keys.read()).toHaveLength(done);
    await expect(keys.revoke('nobodys1')).rejects.toThrow('There is no break-glass key nobodys1');
    expect(fs.existsSync(join(dataDir, 'break-glass.json.lock'))).toBe(false);
  });
});
