import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { ModulesContainer } from '@nestjs/core';
import { SETTINGS, type Settings } from '../../src/platform/config/index.js';
import type { RedisServer } from './redis-server.js';
import type { TestApp } from './test-app.js';

/** Where any of these texts is still to be found: in memory, on disk and in the log of processes, in Redis, in Postgres. */
export async function tracesOf(
  texts: readonly string[],
  apps: readonly TestApp[],
  redis: RedisServer,
): Promise<string[]> {
  const isTold = (content: string) => texts.some((text) => content.includes(text));
  const found = [...(await inPostgres(apps[0]!, isTold)), ...(await inRedis(redis, isTold))];
  for (const [at, app] of apps.entries()) {
    const name = (place: string) => `replica ${at + 1}: ${place}`;
    found.push(...inMemory(app, isTold).map(name), ...onDisk(app, isTold).map(name));
    if (app.logs.some((line) => isTold(JSON.stringify(line)))) found.push(name('its log'));
  }
  return found;
}

type IsTold = (content: string) => boolean;

/** Every row of every table of ours and of the jobs, as text. */
async function inPostgres(app: TestApp, isTold: IsTold): Promise<string[]> {
  const tables = await app.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await app.sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    // Bytes are told in hexadecimal.
    const isIn = rows.some(({ row }) => isTold(row) || isTold(Buffer.from(row, 'hex').toString('latin1')));
    if (isIn) found.push(`Postgres: ${name}`);
  }
  return found;
}

async function inRedis({ admin }: RedisServer, isTold: IsTold): Promise<string[]> {
  const found: string[] = [];
  for (const key of await admin.keys('*')) {
    const type = await admin.type(key);
    const bytes = type === 'string' ? await admin.getBuffer(key) : null;
    const rest = type === 'hash' ? JSON.stringify(await admin.hgetall(key)) : '';
    if (type !== 'string' && type !== 'hash' && type !== 'none') found.push(`Redis: a ${type} at ${key}`);
    if (isTold(key) || isTold(rest) || (bytes !== null && isTold(inflated(bytes))))
      found.push(`Redis: ${key}`);
  }
  return found;
}

/** As it is, and what of it is compressed. */
function inflated(bytes: Buffer): string {
  const plain = bytes.toString('latin1');
  const start = bytes.indexOf(Buffer.from([0x1f, 0x8b, 0x08]));
  return start < 0 ? plain : plain + gunzipSync(bytes.subarray(start)).toString('utf8');
}

function onDisk({ app }: TestApp, isTold: IsTold): string[] {
  const { dataDir } = app.get<Settings>(SETTINGS);
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => isTold(readFileSync(file, 'latin1')))
    .map((file) => `disk: ${file}`);
}

/** What can be reached from what the application is made of; connections apart, which hold what they carried last. */
function inMemory({ app }: TestApp, isTold: IsTold): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const left: [what: unknown, where: string][] = [[app.get(ModulesContainer), '']];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [what, where] = next;
    if (typeof what === 'string' && isTold(what)) found.push(`memory: ${where}`);
    if (typeof what !== 'object' || what === null || seen.has(what) || what instanceof EventEmitter) continue;
    seen.add(what);
    const within = where.split('.').slice(-4).join('.');
    if (what instanceof Uint8Array) left.push([Buffer.from(what).toString('latin1'), where]);
    else for (const [name, part] of partsOf(what)) left.push([part, `${within}.${name}`]);
  }
  return found;
}

function* partsOf(what: object): Generator<[name: string, part: unknown]> {
  // It keeps what it holds to itself.
  const entries = what instanceof Map || what instanceof LRUCache ? [...what.entries()].flat() : [];
  for (const part of what instanceof Set ? what : entries) yield [what.constructor.name, part];
  for (const key of Reflect.ownKeys(what)) {
    yield [String(key), key];
    yield [String(key), Object.getOwnPropertyDescriptor(what, key)?.value];
  }
}
