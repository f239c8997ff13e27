import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { locatePackage, type BinaryPackage } from './locate-package.js';
import { makeSystemFolder } from './make-system-folder.js';
import { postgresUser } from './postgres-user.js';
import { prepareBinaries } from './prepare-binaries.js';

const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-bin-'));
fs.chmodSync(temporary, 0o755);
const user = postgresUser();
const hidden = path.join(temporary, 'hidden');
const installed: BinaryPackage = { ...locatePackage(), folder: path.join(hidden, 'package') };
const libraries = path.join(installed.folder, 'native', 'lib');

function prepare(
  folder: string,
  copiesFolder = async () => makeSystemFolder(path.join(temporary, 'system'), user),
) {
  return prepareBinaries({ installed: { ...installed, folder }, user, copiesFolder, notice: () => {} });
}

const noCopy = () => Promise.reject(new Error('no copy is needed'));
const linksIn = (folder: string) =>
  fs.readdirSync(folder).filter((name) => fs.lstatSync(path.join(folder, name)).isSymbolicLink());

beforeAll(() => {
  fs.cpSync(locatePackage().folder, installed.folder, { recursive: true, verbatimSymlinks: true });
});

afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

it('runs the installed binaries in place where it can', async () => {
  const reachable = path.join(temporary, 'reachable');
  fs.cpSync(installed.folder, reachable, { recursive: true, verbatimSymlinks: true });
  await expect(prepare(reachable, noCopy)).resolves.toBe(reachable);
  fs.rmSync(reachable, { recursive: true });
});

it('makes the library links that an install without scripts leaves out', async () => {
  const links = linksIn(libraries);
  for (const name of links) fs.rmSync(path.join(libraries, name));
  await expect(prepare(installed.folder, noCopy)).resolves.toBe(installed.folder);
  expect(links.length).toBeGreaterThan(10);
  expect(linksIn(libraries)).toEqual(links);
});

describeAsRoot('binaries out of reach', () => {
  beforeAll(() => fs.chmodSync(hidden, 0o700));

  it('are run from a copy that everybody can run and only root can change, made by one of several starters', async () => {
    fs.rmSync(path.join(libraries, linksIn(libraries)[0]!));
    execFileSync('chmod', ['-R', 'go-rwx', installed.folder]);
    const copies = await Promise.all([
      prepare(installed.folder),
      prepare(installed.folder),
      prepare(installed.folder),
    ]);
    expect(new Set(copies).size).toBe(1);
    expect(fs.readdirSync(path.dirname(copies[0]!))).toEqual([path.basename(copies[0]!)]);
    expect(path.basename(copies[0]!)).toContain(installed.version);
    expect(linksIn(path.join(copies[0]!, 'native', 'lib'))).toEqual(linksIn(libraries));
    const loose = execFileSync('find', [copies[0]!, '!', '-type', 'l', '-perm', '/022'], {
      encoding: 'utf8',
    });
    expect(loose).toBe('');
  });

  it('are not run from a copy that another user could have changed', async () => {
    const copy = await prepare(installed.folder);
    fs.chmodSync(copy, 0o777);
    await expect(prepare(installed.folder)).rejects.toMatchObject({
      code: 'unsafe-folder',
      message: /others may write/,
    });
    fs.chmodSync(copy, 0o755);
    fs.chownSync(copy, 12_345, 0);
    await expect(prepare(installed.folder)).rejects.toMatchObject({ code: 'unsafe-folder' });
    fs.chownSync(copy, 0, 0);
    fs.renameSync(copy, `${copy}.real`);
    fs.symlinkSync(`${copy}.real`, copy);
    await expect(prepare(installed.folder)).rejects.toMatchObject({ code: 'unsafe-folder' });
  });

  it('are not copied to a folder that others control', async () => {
    const folder = path.join(temporary, 'anyone', 'system');
    fs.mkdirSync(folder, { recursive: true });
    fs.chmodSync(path.dirname(folder), 0o777);
    await expect(prepare(installed.folder, () => makeSystemFolder(folder, user))).rejects.toMatchObject({
      code: 'unsafe-folder',
    });
  });
});
