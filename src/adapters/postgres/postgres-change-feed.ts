import type { Change, ChangeFeed, PollReply } from '../../core/coherence/change-feed.js';
import { epochSql, rowEpochSql } from './epoch-sql.js';
import type { StatementPool } from './statement-pool.js';
import type { WakeUpListener } from './wake-up-listener.js';

/** Log rows after which a reply ends, at the next whole version. */
const batch = 1_000;

/** Counter and log in one plain statement: it takes no lock, and both belong to the same moment (CO-6). */
const pollSql = `
SELECT ${epochSql} AS epoch, c.version::float8 AS version, c.change_id AS "changeId", c.trimmed_to::float8 AS "trimmedTo",
  pg_is_in_recovery() AS "inRecovery",
  (SELECT l.change_id FROM lastgood.change_log l WHERE l.stream = c.stream AND l.version = $2 LIMIT 1)
    AS "changeIdAtApplied",
  (SELECT coalesce(json_agg(beyond ORDER BY beyond.version), '[]') FROM (
    SELECT l.version, l.change_id AS "changeId", l.kind, l.scope FROM lastgood.change_log l
    WHERE l.stream = c.stream AND l.version > coalesce($2, c.trimmed_to)
    ORDER BY l.version FETCH FIRST ${batch} ROWS WITH TIES) beyond) AS changes
FROM lastgood.change_counter c WHERE c.stream = $1`;

const raiseEpochSql = `
UPDATE lastgood.change_counter SET epoch = gen_random_uuid() WHERE stream = $1 AND epoch = ${rowEpochSql('$2')}`;

type PollRow = Omit<PollReply, 'more'> & { changes: Change[] };

/** A stream's counter, log and notifications in Postgres. */
export class PostgresChangeFeed implements ChangeFeed {
  constructor(
    private readonly stream: string,
    private readonly pool: StatementPool,
    private readonly listener: WakeUpListener,
  ) {}

  async poll(after: number | null): Promise<PollReply> {
    const [row] = await this.pool.rows<PollRow>(pollSql, [this.stream, after]);
    if (row === undefined)
      throw new Error(`The database has no change counter for the stream "${this.stream}"`);
    const reached = row.changes.at(-1)?.version ?? row.version;
    return { ...row, more: row.changes.length >= batch && reached < row.version };
  }

  subscribe(wake: () => void): () => Promise<void> {
    return this.listener.listen(`lastgood_${this.stream}`, wake);
  }

  async raiseEpoch(expected: string): Promise<void> {
    await this.pool.rows(raiseEpochSql, [this.stream, expected]);
  }
}
