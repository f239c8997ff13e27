import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The processes that are alive and what each of them serves (OP-13): a row that each writes for itself, on a change
 * and every 15 s. It counts nothing.
 */
export class Instances1763600007000 implements MigrationInterface {
  readonly name = 'Instances1763600007000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lastgood.instances (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        state text NOT NULL,
        applied jsonb NOT NULL,
        served jsonb NOT NULL,
        started_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.instances');
  }
}
