import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';
import { pollUntil } from '../../../test/support/poll-until.js';
import { DataFolderInUseError } from './data-folder-in-use.error.js';
import { DataFolderLock } from './data-folder-lock.js';

const CONTENDER = `
import { DataFolderLock } from './data-folder-lock.js';
process.stdin.once('data', () => {
  DataFolderLock.acquire(process.argv[2]).then(() => console.log('held'), (error) => console.log(error.name));
});
console.log(process.pid);`;

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-lock-'));
const compiled = path.join(temporary, 'compiled');
const children: ChildProcess[] = [];
let dataDir: string;

beforeAll(() => {
  fs.mkdirSync(compiled);
  fs.writeFileSync(path.join(compiled, 'package.json'), '{"type":"module"}');
  fs.writeFileSync(path.join(compiled, 'contender.js'), CONTENDER);
  for (const file of fs.readdirSync(__dirname).filter((name) => /(?<!\.spec)\.ts$/.test(name))) {
    const source = fs.readFileSync(path.join(__dirname, file), 'utf8');
    const { code } = transformSync(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } });
    fs.writeFileSync(path.join(compiled, file.replace(/\.ts$/, '.js')), code);
  }
});

beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(temporary, 'data-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

const lockFile = () => path.join(dataDir, 'lock');

/** A process of its own that contends for the folder when it is told to. */
async function makeContender(command = process.execPath, args: string[] = []) {
  const child = spawn(command, [...args, path.join(compiled, 'contender.js'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  const contend = async (): Promise<string> => {
    child.stdin.write('now\n');
    return String((await lines.next()).value);
  };
  return { child, pid, contend };
}

async function leaveStaleLock(): Promise<string> {
  const { child, contend } = await makeContender();
  await contend();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return fs.readFileSync(lockFile(), 'utf8');
}

async function contendAtOnce(count: number): Promise<string[]> {
  const contenders = await Promise.all(Array.from({ length: count }, () => makeContender()));
  return Promise.all(contenders.map(({ contend }) => contend()));
}

const ONE_WINNER = ['DataFolderInUseError', 'DataFolderInUseError', 'DataFolderInUseError', 'held'];

it('makes the folder, holds it and lets go of it', async () => {
  const folder = path.join(dataDir, 'not', 'yet', 'there');
  const lock = await DataFolderLock.acquire(folder);
  expect(JSON.parse(fs.readFileSync(path.join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
  expect(fs.readdirSync(folder)).toEqual([]);
  await (await DataFolderLock.acquire(folder)).release();
});

it('refuses a folder that a live process holds, and names both', async () => {
  const { pid, contend } = await makeContender();
  await expect(contend()).resolves.toBe('held');
  const refusal = await DataFolderLock.acquire(dataDir).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DataFolderInUseError);
  expect(refusal).toMatchObject({
    pid,
    dataDir,
    message: expect.stringContaining(`${dataDir} is in use by process ${pid}`),
  });
});

it('refuses a second holder in the same process', async () => {
  const lock = await DataFolderLock.acquire(dataDir);
  await expect(DataFolderLock.acquire(dataDir)).rejects.toThrow(DataFolderInUseError);
  await lock.release();
});

it('takes over from a process that was killed', async () => {
  const stale = await leaveStaleLock();
  const lock = await DataFolderLock.acquire(dataDir);
  expect(fs.readFileSync(lockFile(), 'utf8')).not.toBe(stale);
  expect(fs.readdirSync(dataDir)).toEqual(['lock']);
  await lock.release();
});

it('takes over from a dead process whose id now belongs to another one', async () => {
  fs.writeFileSync(lockFile(), JSON.stringify({ pid: process.pid, startedAt: 'another boot:1', token: 'x' }));
  const lock = await DataFolderLock.acquire(dataDir);
  expect(fs.readFileSync(lockFile(), 'utf8')).not.toContain('another boot');
  await lock.release();
});

it('takes over from a dead process that nobody reaps, as in a container without an init', async () => {
  const script = 'exec 3<&0; "$0" "$@" <&3 & exec sleep 60';
  const holder = await makeContender('sh', ['-c', script, process.execPath]);
  await expect(holder.contend()).resolves.toBe('held');
  process.kill(holder.pid, 'SIGKILL');
  // A signal takes its time to arrive; the process stays listed for ever.
  await pollUntil(
    () =>
      DataFolderLock.acquire(dataDir).then(
        (lock) => lock.release().then(() => true),
        () => false,
      ),
    'the lock is taken over',
  );
});

it('takes over a lock file that holds garbage', async () => {
  fs.writeFileSync(lockFile(), '{"pid":');
  const lock = await DataFolderLock.acquire(dataDir);
  expect(JSON.parse(fs.readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

it('gives a free folder to exactly one of many that ask at once', async () => {
  expect((await contendAtOnce(4)).toSorted()).toEqual(ONE_WINNER);
});

it('gives the folder of a dead process to exactly one of many that ask at once', async () => {
  await leaveStaleLock();
  expect((await contendAtOnce(4)).toSorted()).toEqual(ONE_WINNER);
});

it('does so even if an heir died in the middle of taking over', async () => {
  const stale = await leaveStaleLock();
  fs.rmSync(lockFile());
  const heir = await leaveStaleLock();
  fs.writeFileSync(lockFile(), stale);
  const name = createHash('sha256').update(stale).digest('hex').slice(0, 16);
  fs.writeFileSync(`${lockFile()}.after-${name}`, heir);
  expect((await contendAtOnce(4)).toSorted()).toEqual(ONE_WINNER);
  expect(fs.readdirSync(dataDir)).toEqual(['lock']);
});

it('leaves a lock alone that is no longer its own when it lets go', async () => {
  const lock = await DataFolderLock.acquire(dataDir);
  fs.writeFileSync(lockFile(), 'of another');
  await lock.release();
  expect(fs.readFileSync(lockFile(), 'utf8')).toBe('of another');
});

it('says plainly that a folder can not be written to', async () => {
  fs.writeFileSync(path.join(dataDir, 'file'), '');
  const folder = path.join(dataDir, 'file', 'data');
  await expect(DataFolderLock.acquire(folder)).rejects.toThrow(
    `The data folder ${folder} can't be written to`,
  );
});
