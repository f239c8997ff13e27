import { setTimeout as pause } from 'node:timers/promises';
import { epochSql } from '../../src/adapters/postgres/epoch-sql.js';
import { ItemsDatabase } from '../support/items-database.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';
import { seededRandom } from '../support/seeded-random.js';
import type { Change, ChaosLog, Final, Heal, Read, Told, Write } from './chaos-log.js';
import { drawFault, type Stage } from './faults.js';
import { Member } from './member.js';
import { Traffic } from './traffic.js';

const names = ['A', 'B', 'C'];
const prefixes = ['a', 'b', 'c'];
const keysOfEach = 20;
/** Short enough that an outage turns values stale. */
const maxAgeMs = 3_000;
const lanes = 2;
const stormMs = [3_000, 8_000] as const;
const faultMs = [200, 2_500] as const;
const settlesWithinMs = 60_000;

export interface ChaosRun {
  readonly log: ChaosLog;
  /** How often each fault befell. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Three processes through storms of faults for so long; whoever runs it judges the log. */
export async function runChaos(seed: number, forMs: number): Promise<ChaosRun> {
  const random = seededRandom(seed);
  const database = await ItemsDatabase.create();
  const control = await database.another();
  const redis = await RedisServer.start();
  const keys: string[] = [];
  for (const each of prefixes) keys.push(...(await database.fill(each, keysOfEach)));
  const reads: Read[] = [];
  const writes: Write[] = [];
  const env = { ITEMS_MAX_AGE_MS: String(maxAgeMs) };
  const where = { database: database.url, redis: redis.url, env };
  const members = await Promise.all(names.map((name) => Member.start(name, where, reads)));
  try {
    const stage: Stage = { members, database: control, redis, keys, random };
    const epoch = await epochOf(control);
    const heals: Heal[] = [];
    const faults: Record<string, number> = {};
    const settle = (version: number) =>
      Promise.all(members.map((member) => member.settles(keys, version, epoch, settlesWithinMs)));
    await settle(await control.version());
    const traffic = new Traffic({ members, database, operators: control, keys, random, writes });
    for (const end = Date.now() + forMs; Date.now() < end;) {
      const storm = stormMs[0] + random() * (stormMs[1] - stormMs[0]);
      await befall(stage, Math.min(Date.now() + storm, end), faults);
      heals.push(await healed(await control.version(), settle));
    }
    await traffic.stopWriting();
    // What a broken connection left behind may still be committed.
    await pollUntil(() => noWriterIsLeft(control), 'no transaction is left', undefined, 60_000);
    const version = await control.version();
    heals.push(await healed(version, settle));
    await traffic.stop();
    const final = await finalOf(control, members, keys, version);
    const log: ChaosLog = { seed, epoch, writes, reads, heals, final, ...(await toldBy(control)) };
    return { log, faults };
  } finally {
    await Promise.all(members.map((member) => member.dispose()));
    await redis.stop();
    await control.dispose();
    await database.dispose();
  }
}

/** Several faults at a time until the end of the storm; all are over when it settles. */
async function befall(stage: Stage, end: number, faults: Record<string, number>): Promise<void> {
  const busy = new Set<string>();
  const lane = async (): Promise<void> => {
    while (Date.now() < end) {
      const { name, target, run } = drawFault(stage);
      if (busy.has(target)) continue;
      busy.add(target);
      faults[name] = (faults[name] ?? 0) + 1;
      await run(faultMs[0] + stage.random() * (faultMs[1] - faultMs[0]));
      busy.delete(target);
      await pause(stage.random() * 300);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function healed(version: number, settle: (version: number) => Promise<boolean[]>): Promise<Heal> {
  const at = Date.now();
  const settled = await settle(version);
  return { at, ms: settled.every(Boolean) ? Date.now() - at : null };
}

async function finalOf(
  database: ItemsDatabase,
  members: readonly Member[],
  keys: readonly string[],
  version: number,
): Promise<Final> {
  const rows = await database.sql<{ key: string; value: string }>('SELECT key, value FROM rehearsal.items');
  const held = new Map(rows.map(({ key, value }) => [key, value]));
  const nodes: Record<string, Read[]> = {};
  for (const member of members) {
    nodes[member.lifetime] = await member.read(keys);
  }
  return { version, items: Object.fromEntries(keys.map((key) => [key, held.get(key) ?? null])), nodes };
}

async function toldBy(database: ItemsDatabase): Promise<{ history: Told[]; changes: Change[] }> {
  const history = await database.sql<{ key: string; version: number; text: string | null }>(
    'SELECT key, version::float8 AS version, value AS text FROM rehearsal.history ORDER BY version',
  );
  const changes = await database.sql<Change & { at: number }>(
    `SELECT version::float8 AS version, kind, scope, extract(epoch FROM at)::float8 * 1000 AS at
     FROM lastgood.change_log WHERE stream = 'catalog' ORDER BY version`,
  );
  return { history, changes };
}

async function epochOf(database: ItemsDatabase): Promise<string> {
  const [row] = await database.sql<{ epoch: string }>(
    `SELECT ${epochSql} AS epoch FROM lastgood.change_counter c WHERE stream = 'catalog'`,
  );
  return row!.epoch;
}

async function noWriterIsLeft(database: ItemsDatabase): Promise<boolean> {
  const rows = await database.sql(
    `SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'lastgood-write' AND state <> 'idle'`,
  );
  return rows.length === 0;
}
