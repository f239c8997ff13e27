import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What each living process tells of its signals (SI-10): a row that it writes for itself every 15 s, so that the command
 * line can show all of them. It counts nothing.
 */
export class SignalStats1763600012000 implements MigrationInterface {
  readonly name = 'SignalStats1763600012000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lastgood.signal_stats (
        instance uuid PRIMARY KEY,
        name text NOT NULL,
        stats jsonb NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.signal_stats');
  }
}
