import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { diffColumns, type Columns } from './diff-columns.js';
import type { HistoryDiff, HistoryVersion } from './history.answers.js';

interface RecordedRow {
  readonly name: string;
  readonly before: Columns | null;
  readonly after: Columns | null;
}

const versionsSql = (where: string) => `
SELECT v.version::float8 AS version, v.kind, v.author, v.reason, v.request_id AS "requestId",
  to_char(v.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
  (SELECT count(*)::integer FROM lastgood.config_history h WHERE h.version = v.version) AS rows
FROM lastgood.config_versions v WHERE ${where}`;

/** Every change of the configuration, psql's too (MC-16). Read from the database each time it is asked for. */
@Injectable()
export class ConfigHistory {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** The newest first. @param before only versions below this one */
  list(limit: number, before: number | null): Promise<HistoryVersion[]> {
    return this.database.query<HistoryVersion>(
      `${versionsSql('v.version < coalesce($2::bigint, 9223372036854775807)')} ORDER BY v.version DESC LIMIT $1`,
      [limit, before],
    );
  }

  /**
   * What one change did to each row.
   * @throws ConfigNotFoundError
   */
  async diff(version: number): Promise<HistoryDiff> {
    const [found] = await this.database.query<HistoryVersion>(versionsSql('v.version = $1'), [version]);
    if (found === undefined) throw ConfigNotFoundError.version(version);
    const rows = await this.database.query<RecordedRow>(
      `SELECT row_name AS name, before, after FROM lastgood.config_history WHERE version = $1 ORDER BY row_name`,
      [version],
    );
    return { ...found, changes: rows.map(({ name, before, after }) => diffColumns(name, before, after)) };
  }
}
