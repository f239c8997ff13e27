import { setTimeout as pause } from 'node:timers/promises';
import type { FaultMode } from '../../src/testing/index.js';
import { RedisKeys } from '../../src/adapters/redis/redis-keys.js';
import type { ItemsDatabase } from '../support/items-database.js';
import type { RedisServer } from '../support/redis-server.js';
import type { Member } from './member.js';

export interface Stage {
  readonly members: readonly Member[];
  readonly database: ItemsDatabase;
  readonly redis: RedisServer;
  readonly keys: readonly string[];
  readonly random: () => number;
}

/** Something that goes wrong for a while and is over when `run` settles. One at a time of what shares a target. */
export interface Fault {
  readonly name: string;
  readonly target: string;
  run(forMs: number): Promise<void>;
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** Of Postgres nothing is garbled: its protocol would carry it into values, as TCP's checksums keep it from doing. */
function databaseModes(random: () => number): FaultMode[] {
  return [
    'refuse',
    'black-hole',
    'half-open',
    'reset',
    { kind: 'slow', delayMs: 10 + random() * 300 },
    { kind: 'truncate', afterBytes: 1 + Math.floor(random() * 600) },
  ];
}

const redisModes = (random: () => number): FaultMode[] => [...databaseModes(random), 'corrupt'];

const nameOf = (mode: FaultMode): string => (typeof mode === 'string' ? mode : mode.kind);

/** A fault drawn at random, with its details. */
export function drawFault(stage: Stage): Fault {
  const { random, members } = stage;
  const member = pick(random, members);
  const chance = random();
  if (chance < 0.3) return proxied('Postgres', member, pick(random, databaseModes(random)));
  if (chance < 0.55) return proxied('Redis', member, pick(random, redisModes(random)));
  if (chance < 0.75) return ofProcess(stage, member);
  if (chance < 0.9) return ofRedis(stage);
  return ofNotifications(stage);
}

function proxied(what: 'Postgres' | 'Redis', member: Member, mode: FaultMode): Fault {
  const proxy = what === 'Postgres' ? member.node.database : member.node.redis!;
  return {
    name: `${what} ${nameOf(mode)}`,
    target: `${what} of ${member.name}`,
    run: async (forMs) => {
      await proxy.mode(mode);
      await pause(forMs);
      await proxy.mode('pass');
    },
  };
}

function ofProcess({ random }: Stage, member: Member): Fault {
  const target = member.name;
  if (random() < 0.4) {
    return {
      name: 'SIGKILL',
      target,
      run: async (forMs) => {
        await member.kill();
        await pause(forMs / 4);
        await member.restart();
      },
    };
  }
  return {
    name: 'SIGSTOP',
    target,
    run: async (forMs) => {
      member.stop();
      await pause(2 * forMs);
      member.resume();
    },
  };
}

const slots = new RedisKeys('lastgood');

function ofRedis({ random, redis, keys }: Stage): Fault {
  const faults: [string, (forMs: number) => Promise<unknown>][] = [
    ['FLUSHALL', () => redis.admin.flushall()],
    ['CLIENT PAUSE', (forMs) => redis.admin.call('CLIENT', 'PAUSE', Math.ceil(forMs), 'ALL')],
    ['garbage', () => redis.admin.set(slots.entry('items', pick(random, keys)).value, 'lastgood:1 garbage')],
    [
      'SIGSTOP',
      async (forMs) => {
        redis.freeze();
        await pause(forMs);
        redis.thaw();
      },
    ],
    [
      'SIGKILL',
      async (forMs) => {
        await redis.kill();
        await pause(forMs / 2);
        await redis.restart();
      },
    ],
  ];
  const [name, act] = pick(random, faults);
  return {
    name: `Redis ${name}`,
    target: 'Redis',
    run: async (forMs) => {
      await act(forMs).catch(() => undefined);
      await pause(forMs / 2);
    },
  };
}

function ofNotifications({ random, database }: Stage): Fault {
  if (random() < 0.5) {
    return {
      name: 'notifications dropped',
      target: 'notifications',
      run: async (forMs) => {
        await dropNotifications(database, true);
        await pause(2 * forMs);
        await dropNotifications(database, false);
      },
    };
  }
  return {
    name: 'backends terminated',
    target: 'notifications',
    run: async () => {
      await database.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'lastgood-%' AND random() < 0.4`,
      );
    },
  };
}

/** The counting function looks in pg_catalog first: let it look elsewhere first for a while. */
async function dropNotifications(database: ItemsDatabase, isDropped: boolean): Promise<void> {
  await database.sql(
    `CREATE OR REPLACE FUNCTION rehearsal.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT NULL::void'`,
  );
  const path = isDropped ? 'rehearsal, pg_catalog, pg_temp' : 'pg_catalog, pg_temp';
  await database.sql(`ALTER FUNCTION lastgood.log_change(text, text[], text) SET search_path = ${path}`);
}
