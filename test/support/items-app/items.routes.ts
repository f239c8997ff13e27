import { localCall } from '../../../src/platform/audit/index.js';
import type { INestApplicationContext } from '@nestjs/common';
import { AppError } from '../../../src/core/index.js';
import {
  CacheOperations,
  CoherenceService,
  TiersService,
  type OperationResult,
} from '../../../src/platform/cache/index.js';
import { DatabaseService } from '../../../src/platform/database/index.js';
import { streamPoint } from '../../../src/platform/database/stream-point.js';
import { EventBus } from '../../../src/platform/observability/index.js';
import { READERS, type Readers } from './items.module.js';
import { ItemsOrigin, itemsStream } from './items.origin.js';

/** A read with everything that it says of itself; `code` in place of a value that could not be given. */
export interface ItemAnswer {
  readonly key: string;
  /** `null`: the origin says that there is none. */
  readonly text?: string | null;
  readonly code?: string;
  readonly version?: number;
  readonly epoch?: string;
  readonly isStale?: boolean;
  readonly reason?: string;
  readonly source?: string;
  readonly ageMs?: number;
  /** What this process had applied, and of which epoch, when it was asked. */
  readonly applied: number;
  readonly appliedEpoch: string | null;
}

export interface EditAnswer {
  readonly version?: number;
  readonly code?: string;
}

export interface StateAnswer {
  readonly applied: number;
  /** By type, and by what tells them apart. */
  readonly events: Readonly<Record<string, number>>;
  readonly loads: readonly number[];
}

export interface MemoryAnswer {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

export type Route = (query: Readonly<Record<string, string>>) => Promise<unknown>;

export function itemsRoutes(app: INestApplicationContext): Readonly<Record<string, Route>> {
  const readers = app.get<Readers>(READERS);
  const stream = app.get(CoherenceService).stream(itemsStream);
  const events = countEvents(app.get(EventBus));

  const read = async (namespace: string, key: string): Promise<ItemAnswer> => {
    const before = { applied: stream.appliedVersion, appliedEpoch: stream.state.epoch };
    try {
      const { data, absent, asOf, isStale, reason, source, age } = await readers[namespace]!.get(key);
      const point = asOf === null ? {} : { version: asOf.version, epoch: asOf.epoch };
      const label = { isStale, reason, source, ageMs: age };
      return { key, text: absent ? null : data.text, ...point, ...label, ...before };
    } catch (error) {
      return { key, code: codeOf(error), ...before };
    }
  };

  return {
    '/ready': async () => ({}),
    '/read': async ({ namespace = 'items', key = '' }) => read(namespace, key),
    '/read-many': async ({ namespace = 'items', keys = '' }) =>
      Promise.all(keys.split(',').map((key) => read(namespace, key))),
    '/edit': async ({ key, text }): Promise<EditAnswer> => edit(app, key!, text ?? null),
    '/operate': async ({ operation, ...what }) => operate(app.get(CacheOperations), operation!, what),
    '/state': async (): Promise<StateAnswer> => {
      const { loads } = app.get(ItemsOrigin);
      return { applied: stream.appliedVersion, events, loads };
    },
    '/memory': async ({ collect }): Promise<MemoryAnswer> => {
      if (collect !== undefined) globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return { rssBytes: rss, heapBytes: heapUsed };
    },
    '/redis-get': async ({ key }) => {
      const start = performance.now();
      const tier = app.get(TiersService).redis?.tier;
      const isHit = await tier?.get('items', key!).then(
        (found) => found !== null,
        () => null,
      );
      return { isHit, ms: performance.now() - start };
    },
    '/fill': async ({ from, to }) => {
      for (let n = Number(from); n < Number(to); n++) await readers['made-up']!.get(`key:${n}`);
      return { held: readers['made-up']!.cache.size };
    },
  };
}

/** Acknowledged with its version when it is committed; where the answer was lost, nobody knows. */
async function edit(app: INestApplicationContext, key: string, text: string | null): Promise<EditAnswer> {
  try {
    const { version } = await app.get(DatabaseService).write(async (manager) => {
      const statement =
        text === null
          ? 'DELETE FROM rehearsal.items WHERE key = $1'
          : `INSERT INTO rehearsal.items (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
      await manager.query(statement, text === null ? [key] : [key, text]);
      return streamPoint(manager, itemsStream);
    });
    return { version };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

async function operate(
  operations: CacheOperations,
  operation: string,
  { key, prefix }: Readonly<Record<string, string>>,
): Promise<EditAnswer> {
  const by = { call: localCall('rehearsal', 'rehearsal') };
  const what = { ...(key !== undefined && { key }), ...(prefix !== undefined && { prefix }) };
  const run = async (): Promise<OperationResult> => {
    if (operation === 'purge') return operations.purge('items', what, by);
    if (key !== undefined) return operations.invalidate('items', key, by);
    if (prefix !== undefined) return operations.invalidatePrefix('items', prefix, by);
    return operations.expireAll('items', by);
  };
  return run().then(
    ({ version }) => ({ version: version.version }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
}

const codeOf = (error: unknown): string =>
  error instanceof AppError ? error.code : `unexpected: ${(error as Error).message}`;

function countEvents(bus: EventBus): Record<string, number> {
  const counts: Record<string, number> = {};
  bus.subscribe((event) => {
    const { type } = event;
    const tier = 'tier' in event ? ` ${event.tier}` : '';
    const operation = 'operation' in event ? ` ${event.operation}` : '';
    const result = 'result' in event ? ` ${event.result}` : '';
    const fault = 'fault' in event ? ` ${event.fault}` : '';
    const name = `${type}${tier}${operation}${result}${fault}`;
    counts[name] = (counts[name] ?? 0) + 1;
  });
  return counts;
}
