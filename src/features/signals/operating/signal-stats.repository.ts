import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { processStatsSchema, type ProcessRow, type ProcessStats } from './signal-stats.schemas.js';

/** A row that two beats in a row did not touch is a process that is gone, or cannot reach the database. */
const liveFor = '40 seconds';
const forgottenAfter = '1 hour';

const upsert = `
INSERT INTO lastgood.signal_stats (instance, name, stats) VALUES ($1, $2, $3)
ON CONFLICT (instance) DO UPDATE SET stats = EXCLUDED.stats, seen_at = clock_timestamp()`;
const listLive = `
SELECT instance, name, stats, seen_at AS "seenAt" FROM lastgood.signal_stats
WHERE seen_at > clock_timestamp() - interval '${liveFor}' ORDER BY name, instance`;
const deleteOld = `
DELETE FROM lastgood.signal_stats WHERE seen_at < clock_timestamp() - interval '${forgottenAfter}'`;

/** What every process tells of its signals, in Postgres (SI-10). Each method throws DatabaseUnavailableError. */
@Injectable()
export class SignalStatsRepository {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  async write(instance: string, name: string, stats: ProcessStats): Promise<void> {
    await this.database.query(upsert, [instance, name, JSON.stringify(stats)]);
  }

  /** Of the processes that live; one of another version, which tells other things, is left out. */
  async list(): Promise<ProcessRow[]> {
    const rows = await this.database.query<Omit<ProcessRow, 'stats'> & { readonly stats: unknown }>(listLive);
    return rows.flatMap(({ stats, seenAt, ...row }) => {
      const { data } = processStatsSchema.safeParse(stats);
      return data === undefined ? [] : [{ ...row, seenAt: new Date(seenAt).toISOString(), stats: data }];
    });
  }

  async delete(instance: string): Promise<void> {
    await this.database.query('DELETE FROM lastgood.signal_stats WHERE instance = $1', [instance]);
  }

  async deleteOld(): Promise<void> {
    await this.database.query(deleteOld);
  }
}
