import { setTimeout as pause } from 'node:timers/promises';
import { RedisKeys } from '../../src/adapters/redis/redis-keys.js';
import { decodeEnvelope } from '../../src/core/index.js';
import { describeRedis } from '../support/describe-redis.js';
import { measured } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import type { ItemAnswer } from '../support/items-app/items.routes.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';

const row = 'Process';
const seconds = faultScale.stopMs / 1_000;
const keys = new RedisKeys('lastgood');

describeRedis('the holder of a lock', () => {
  let database: ItemsDatabase;
  let psql: ItemsDatabase;
  let redis: RedisServer;
  let holder: ItemsNode;
  let other: ItemsNode;

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    psql = await database.another();
    redis = await RedisServer.start();
    const where = { database: database.url, redis: redis.url };
    [holder, other] = await Promise.all([ItemsNode.start(where), ItemsNode.start(where)]);
  });

  afterAll(async () => {
    await Promise.all([holder.dispose(), other.dispose()]);
    await redis.stop();
    await psql.dispose();
    await database.dispose();
  });

  const inRedis = async (key: string): Promise<{ text: string; version: number } | null> => {
    const bytes = await redis.admin.getBuffer(keys.entry('items', key).value);
    if (bytes === null) return null;
    const { value, asOf } = await decodeEnvelope(bytes, { maxValueBytes: 131_072 });
    return { text: (value as { text: string }).text, version: asOf!.version };
  };
  afterEach(async () => {
    holder.process.kill('SIGCONT');
    await psql.sql('ROLLBACK');
  });

  /** A load of the holder that has the lock, and waits in the database for its answer until `psql` rolls back. */
  async function sleepInLoad(
    name: string,
    attempts = 10,
  ): Promise<{ key: string; sleeping: Promise<ItemAnswer> }> {
    const isUsed = async () =>
      (await holder.ask<{ isHit: boolean | null }>('/redis-get', { key: 'none' })).isHit === false;
    await pollUntil(isUsed, 'the holder uses Redis');
    const key = `${name}-${attempts}:0`;
    await database.fill(`${name}-${attempts}`, 1);
    await psql.sql('BEGIN');
    await psql.sql('LOCK TABLE rehearsal.items IN ACCESS EXCLUSIVE MODE');
    const sleeping = holder.read(key);
    const isAsleep = async () => (await waiting()) > 0;
    await pollUntil(isAsleep, 'the load waits in the database');
    if ((await lockOf(key)) !== null) return { key, sleeping };
    // Redis was too slow for a busy machine: the load went ahead without it.
    await psql.sql('ROLLBACK');
    await sleeping;
    if (attempts <= 1) throw new Error('No load ever had the lock');
    return sleepInLoad(name, attempts - 1);
  }

  const lockOf = (key: string) => redis.admin.get(keys.lock({ kind: 'lock', namespace: 'items', key }));

  it(`that slept for ${seconds} s in the middle of a load brings nothing old back when it wakes (CA-11, CO-11)`, async () => {
    const { key, sleeping } = await sleepInLoad('held');
    const token = await lockOf(key);
    holder.process.kill('SIGSTOP');
    const stopped = performance.now();
    // Its answer, of before the edit, lies in its socket until it wakes.
    await psql.sql('ROLLBACK');
    const version = await database.edit(key, 'second');
    const started = performance.now();
    expect(await other.read(key)).toMatchObject({ text: 'second', version, isStale: false });
    const fault = `SIGSTOP for ${seconds} s of a lock holder`;
    measured({ row, fault, what: 'others wait', value: performance.now() - started, limit: 5_000 });
    await pollUntil(async () => (await inRedis(key))?.text === 'second', 'the newer value is in Redis');
    expect(await lockOf(key)).not.toBe(token);
    await pause(Math.max(0, stopped + faultScale.stopMs - performance.now()));

    // Somebody else holds the lock by now, which is not the sleeper's to release.
    const name = keys.lock({ kind: 'lock', namespace: 'items', key });
    await redis.admin.set(name, 'another', 'PX', 60_000);
    const woken = performance.now();
    holder.process.kill('SIGCONT');
    const late = await sleeping;
    // What it was asked before it slept is answered with the newer value, a stale one, or none.
    expect(late.isStale === false && late.text === 'first' && late.ageMs! < faultScale.stopMs - 3_000).toBe(
      false,
    );
    const isOnTruth = async () => {
      const answer = await holder.read(key);
      return answer.text === 'second' && answer.isStale === false;
    };
    await redis.admin.del(name);
    await pollUntil(isOnTruth, 'it serves the newer value');
    measured({ row, fault, what: 'on the truth', value: performance.now() - woken, limit: 5_000 });
    for (let look = 0; look < 20; look++) {
      expect(await inRedis(key)).toEqual({ text: 'second', version });
      expect(await other.read(key)).toMatchObject({ text: 'second', isStale: false });
      await pause(25);
    }
  });

  it('that slept does not release the lock that another process has taken since (CA-6)', async () => {
    const { key, sleeping } = await sleepInLoad('released');
    holder.process.kill('SIGSTOP');
    await psql.sql('ROLLBACK');
    await pollUntil(async () => (await lockOf(key)) === null, 'the lock lapses by itself');
    const name = keys.lock({ kind: 'lock', namespace: 'items', key });
    await redis.admin.set(name, 'another', 'PX', 60_000);
    holder.process.kill('SIGCONT');
    await sleeping;
    await pause(500);
    expect(await lockOf(key)).toBe('another');
    await redis.admin.del(name);
  });

  const waiting = async (): Promise<number> =>
    (
      await database.sql(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'lastgood-read'`,
      )
    ).length;
});
