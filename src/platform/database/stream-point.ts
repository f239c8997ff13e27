import type { EntityManager } from 'typeorm';
import { epochSql } from '../../adapters/postgres/epoch-sql.js';
import type { Point } from '../../core/index.js';

/** Where a stream is, as this transaction sees it: after a change, the point that the change will be known by. */
export async function streamPoint(manager: EntityManager, stream: string): Promise<Point> {
  const [point] = (await manager.query(
    `SELECT ${epochSql} AS epoch, c.version::float8 AS version
     FROM lastgood.change_counter c WHERE c.stream = $1`,
    [stream],
  )) as [Point];
  return point;
}
