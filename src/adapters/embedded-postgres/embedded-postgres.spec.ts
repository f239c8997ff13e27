import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { stopEmbeddedPostgres } from './stop-embedded-postgres.js';

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-pg-'));
fs.chmodSync(temporary, 0o755);
const dataDir = path.join(temporary, 'data');
let postgres: EmbeddedPostgres;
let firstPort: number;

const start = async (options: { samePort?: boolean; notice?: (message: string) => void } = {}) =>
  (postgres = await EmbeddedPostgres.start({ dataDir, fast: true, ...options }));

async function query(sql: string, url = postgres.url): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

async function occupy(port: number): Promise<net.Server> {
  const server = net.createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  firstPort = (await start()).port;
});

afterAll(async () => {
  await stopEmbeddedPostgres(dataDir);
  fs.rmSync(temporary, { recursive: true, force: true });
});

it('makes the cluster in the data folder and answers', async () => {
  expect(postgres).toMatchObject({
    created: true,
    adopted: false,
    clusterDir: path.join(dataDir, 'postgres'),
  });
  expect(postgres.url).toContain(`@127.0.0.1:${postgres.port}/postgres`);
  const settings = [
    'server_encoding',
    'lc_collate',
    'timezone',
    'max_connections',
    'shared_buffers',
    'wal_level',
  ];
  const known = settings.map((name) => (name === 'lc_collate' ? 'datcollate' : `current_setting('${name}')`));
  await expect(query(`SELECT ${known.join()} FROM pg_database WHERE datname = 'postgres'`)).resolves.toEqual([
    'UTF8',
    'C',
    'UTC',
    '400',
    '64MB',
    'replica',
  ]);
});

it('listens on the loopback address only and asks for a password that only this user can read', async () => {
  const file = path.join(dataDir, 'postgres-password');
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(Buffer.from(fs.readFileSync(file, 'utf8').trim(), 'base64url')).toHaveLength(32);
  const names = ['listen_addresses', 'unix_socket_directories', 'password_encryption'];
  const shown = query(`SELECT ${names.map((name) => `current_setting('${name}')`).join()}`);
  await expect(shown).resolves.toEqual(['127.0.0.1', '', 'scram-sha-256']);
  const intruder = `postgres://postgres:guess@127.0.0.1:${postgres.port}/postgres`;
  await expect(query('SELECT 1', intruder)).rejects.toMatchObject({ code: '28P01' });
  await expect(query('SELECT DISTINCT auth_method FROM pg_hba_file_rules')).resolves.toEqual([
    'scram-sha-256',
  ]);
});

it('passes nothing of the environment on to the server', () => {
  const environment = `/proc/${postgres.pid}/environ`;
  const names = fs.existsSync(environment)
    ? fs.readFileSync(environment, 'utf8').split('\0').filter(Boolean)
    : [];
  expect(names.map((each) => each.split('=')[0]).filter((name) => !/^(LC_|TZ|LD_|PG)/.test(name!))).toEqual(
    [],
  );
});

it('leaves no temporary files behind', () => {
  expect(fs.readdirSync(dataDir).toSorted()).toEqual([
    'postgres',
    'postgres-password',
    'postgres.json',
    'postgres.log',
  ]);
});

it('is taken over by a second start while it runs', async () => {
  const { pid } = postgres;
  await expect(start({ samePort: true })).resolves.toMatchObject({
    pid,
    adopted: true,
    created: false,
    port: firstPort,
  });
});

it('comes back with its data on the port it had', async () => {
  await query('CREATE TABLE kept AS SELECT 42 AS answer');
  await postgres.stop();
  await expect(query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(start()).resolves.toMatchObject({ created: false, adopted: false, port: firstPort });
  await expect(query('SELECT answer FROM kept')).resolves.toEqual([42]);
});

it('stops what was started again from outside, not only its own child', async () => {
  const owner = postgres;
  await expect(stopEmbeddedPostgres(dataDir)).resolves.toBe(true);
  await expect(stopEmbeddedPostgres(dataDir)).resolves.toBe(false);
  const restarted = await start({ samePort: true });
  expect(restarted).toMatchObject({ port: firstPort, url: owner.url });
  expect(restarted.pid).not.toBe(owner.pid);
  await owner.stop();
  await expect(query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('can be stopped twice, and at once', async () => {
  await start();
  await expect(Promise.all([postgres.stop(), postgres.stop()])).resolves.toBeDefined();
  await expect(postgres.stop()).resolves.toBeUndefined();
});

it('fails on a taken port if it has to be the same one', async () => {
  const stranger = await occupy(firstPort);
  await expect(start({ samePort: true })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(`Port ${firstPort}`),
  });
  stranger.close();
});

it('otherwise takes another port, says so and remembers it', async () => {
  const stranger = await occupy(firstPort);
  const notices: string[] = [];
  const { port } = await start({ notice: (message) => notices.push(message) });
  stranger.close();
  expect(port).not.toBe(firstPort);
  expect(notices).toEqual(['The port of the database is taken by another program, another one is used']);
  await expect(query('SELECT answer FROM kept')).resolves.toEqual([42]);
  await postgres.stop();
  await expect(start()).resolves.toMatchObject({ port });
});

it('opens a cluster whose modes a copy or a volume has widened', async () => {
  await postgres.stop();
  fs.chmodSync(postgres.clusterDir, 0o2775);
  await expect(start()).resolves.toMatchObject({ created: false });
});
