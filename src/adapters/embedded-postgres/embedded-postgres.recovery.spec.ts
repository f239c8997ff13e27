import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { findBarrier } from './find-barrier.js';
import { pollUntil } from './poll-until.js';
import { stopEmbeddedPostgres } from './stop-embedded-postgres.js';

const OWNER = `
import { EmbeddedPostgres } from './embedded-postgres.js';
const postgres = await EmbeddedPostgres.start({ dataDir: process.argv[2], fast: process.argv[3] === 'fast' });
console.log(JSON.stringify(postgres));
process.stdin.resume().once('end', () => postgres.stop());`;

const NOBODY = 65_534;
const project = path.resolve(__dirname, '../../..');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-pg-'));
const compiled = path.join(temporary, 'compiled');
const dataDir = path.join(temporary, 'data');
const children: ChildProcess[] = [];

beforeAll(async () => {
  fs.chmodSync(temporary, 0o755);
  fs.mkdirSync(compiled);
  fs.symlinkSync(path.join(project, 'node_modules'), path.join(compiled, 'node_modules'));
  fs.writeFileSync(path.join(compiled, 'package.json'), '{"type":"module"}');
  fs.writeFileSync(path.join(compiled, 'owner.js'), OWNER);
  for (const file of fs.readdirSync(__dirname).filter((name) => /(?<!\.spec)\.ts$/.test(name))) {
    const source = fs.readFileSync(path.join(__dirname, file), 'utf8');
    const { code } = transformSync(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } });
    fs.writeFileSync(path.join(compiled, file.replace(/\.ts$/, '.js')), code);
  }
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  const folders = fs.readdirSync(temporary).filter((name) => name !== 'compiled');
  await Promise.all(folders.map((name) => stopEmbeddedPostgres(path.join(temporary, name))));
  fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 10 });
});

/** A process of its own that owns a database: it is told to stop by the end of its input. */
function spawnOwner(options: SpawnOptions = {}, folder = dataDir, ...more: string[]) {
  const child = spawn(process.execPath, [path.join(compiled, 'owner.js'), folder, ...more], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const line = createInterface(child.stdout!)[Symbol.asyncIterator]().next();
  return { child, facts: line.then(({ value }) => JSON.parse(String(value)) as EmbeddedPostgres) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const start = () => EmbeddedPostgres.start({ dataDir });

it('leaves no half of a cluster when it is killed while making it', async () => {
  const { child } = spawnOwner();
  child.stdout!.destroy();
  const inTheMiddle = async () => {
    const names = fs.existsSync(dataDir) ? fs.readdirSync(dataDir) : [];
    const work = names.find((name) => name.startsWith('postgres.new-'));
    return work && fs.existsSync(path.join(dataDir, work, 'data', 'PG_VERSION')) ? true : undefined;
  };
  await expect(pollUntil(inTheMiddle, 10_000, 1)).resolves.toBe(true);
  await end(child, 'SIGKILL');
  expect(fs.readdirSync(dataDir)).not.toContain('postgres');
});

it('comes up whole after that, and only once if two start it at once', async () => {
  const owners = [spawnOwner(), spawnOwner()];
  const facts = await Promise.all(owners.map((owner) => owner.facts));
  expect(new Set(facts.map(({ pid }) => pid)).size).toBe(1);
  expect(facts.filter(({ created }) => created)).toHaveLength(1);
  await query(facts[0]!.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await Promise.all(owners.map(({ child }) => end(child, 'SIGKILL')));
  expect(fs.readdirSync(dataDir).toSorted()).toEqual([
    'postgres',
    'postgres-password',
    'postgres.json',
    'postgres.log',
  ]);
});

it('runs on when its process is killed, and the next one takes it over on the same port', async () => {
  const first = await start();
  const { child, facts } = spawnOwner();
  await expect(facts).resolves.toMatchObject({ pid: first.pid, port: first.port, adopted: true });
  await end(child, 'SIGKILL');
  await expect(query(first.url, 'SELECT answer FROM kept')).resolves.toEqual([42]);
});

it('is stopped in order by a process that took it over', async () => {
  const { child, facts } = spawnOwner();
  const { url } = await facts;
  child.stdin!.end();
  await expect(once(child, 'exit')).resolves.toEqual([0, null]);
  await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('does not hear the Ctrl-C that is meant for its process', async () => {
  const { child, facts } = spawnOwner({ detached: true });
  const { url, pid } = await facts;
  process.kill(-child.pid!, 'SIGINT');
  await once(child, 'exit');
  await expect(query(url, 'SELECT answer FROM kept')).resolves.toEqual([42]);
  await expect(start()).resolves.toMatchObject({ pid, adopted: true });
});

it('is started anew with all that was committed after it was killed itself', async () => {
  const killed = await start();
  await query(killed.url, 'INSERT INTO kept VALUES (43)');
  process.kill(killed.pid, 'SIGKILL');
  const anew = await start();
  expect(anew).toMatchObject({ adopted: false, port: killed.port });
  expect(anew.pid).not.toBe(killed.pid);
  await expect(query(anew.url, 'SELECT answer FROM kept')).resolves.toEqual([42, 43]);
});

it('is stopped and started anew if it runs but does not answer', async () => {
  const frozen = await start();
  process.kill(frozen.pid, 'SIGSTOP');
  const anew = await start();
  expect(anew).toMatchObject({ adopted: false, port: frozen.port });
  expect(anew.pid).not.toBe(frozen.pid);
});

it('is stopped even when it is frozen', async () => {
  const frozen = await start();
  process.kill(frozen.pid, 'SIGSTOP');
  await frozen.stop();
  await expect(query(frozen.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('starts although its pid file names a live process of another kind, which is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  children.push(stranger);
  const { uid } = fs.statSync(path.join(dataDir, 'postgres'));
  const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid');
  fs.writeFileSync(pidFile, `${stranger.pid}\n${path.join(dataDir, 'postgres')}\n1\n5432\n\n\n\nready\n`);
  fs.chownSync(pidFile, uid, uid);
  await expect(stopEmbeddedPostgres(dataDir)).resolves.toBe(false);
  const postgres = await start();
  expect(postgres.adopted).toBe(false);
  await postgres.stop();
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

it('runs as the user who asks where that is not root', async () => {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = path.join(temporary, 'of-a-user');
  fs.mkdirSync(folder, { mode: 0o700 });
  const barriers = await Promise.all(
    [process.execPath, project].map((each) => findBarrier(path.dirname(each), user)),
  );
  if (user.uid !== undefined) fs.chownSync(folder, user.uid, user.gid);
  const reachable = barriers.every((barrier) => barrier === undefined);
  const { child, facts } = spawnOwner(reachable ? { ...user, cwd: '/' } : {}, folder, 'fast');
  const { created, clusterDir, url } = await facts;
  expect({ created, clusterDir }).toEqual({ created: true, clusterDir: path.join(folder, 'postgres') });
  child.stdin!.end();
  await once(child, 'exit');
  await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
