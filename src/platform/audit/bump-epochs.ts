import type { EntityManager } from 'typeorm';
import { epochSql } from '../../adapters/postgres/epoch-sql.js';
import { renderPoint, type Point } from '../../core/index.js';
import { appendAudit } from './append-audit.js';
import type { Call } from './call.js';
import { StreamUnknownError } from './stream-unknown.error.js';

export interface StreamPoint extends Point {
  readonly stream: string;
}

export interface BumpedStream {
  readonly stream: string;
  /** `epoch:version`, as read-your-writes tokens have it. */
  readonly from: string;
  readonly to: string;
}

const pointsSql = `
SELECT c.stream, ${epochSql} AS epoch, c.version::float8 AS version FROM lastgood.change_counter c ORDER BY c.stream`;

// In the order of their names, as every other place that locks several.
const lockSql = `
SELECT FROM lastgood.change_counter WHERE stream = ANY($1) OR cardinality($1) = 0 ORDER BY stream FOR NO KEY UPDATE`;
const bumpSql = `
WITH bumped AS (
  UPDATE lastgood.change_counter SET epoch = gen_random_uuid() WHERE stream = ANY($1) RETURNING stream, version)
SELECT pg_notify('lastgood_' || stream, version::text) FROM bumped`;

/**
 * Where the named streams are; every one for an empty list.
 * @throws StreamUnknownError
 */
export async function streamPoints(manager: EntityManager, named: readonly string[]): Promise<StreamPoint[]> {
  const points = await manager.query<StreamPoint[]>(pointsSql);
  const known = points.map(({ stream }) => stream);
  for (const name of named) if (!known.includes(name)) throw new StreamUnknownError(name, known);
  return named.length === 0 ? points : points.filter(({ stream }) => named.includes(stream));
}

/**
 * Gives streams a new epoch, audited: nothing that any process, tier or token holds of them is proven any more, and
 * every process loads anew. Belongs into one transaction.
 */
export async function bumpEpochs(
  manager: EntityManager,
  named: readonly string[],
  reason: string,
  call: Call,
): Promise<BumpedStream[]> {
  // What is being published comes first: the audit tells the points that really end.
  await manager.query(lockSql, [named]);
  const before = await streamPoints(manager, named);
  const streams = before.map(({ stream }) => stream);
  await manager.query(bumpSql, [streams]);
  const after = await streamPoints(manager, streams);
  const bumped = after.map((point, at) => ({
    stream: point.stream,
    from: renderPoint(before[at]!),
    to: renderPoint(point),
  }));
  for (const { stream, to } of bumped)
    await appendAudit(manager, call, { target: `epoch of ${stream}`, reason, version: to });
  return bumped;
}
