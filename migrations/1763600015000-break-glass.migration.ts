import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Calls that were made with a break-glass key while the database was away come from a journal on disk (OP-13). Each has
 * an id, so that it is told once however often it is replayed; the status of one whose process died is not known.
 */
export class BreakGlass1763600015000 implements MigrationInterface {
  readonly name = 'BreakGlass1763600015000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE lastgood.audit_calls ADD COLUMN call_id uuid UNIQUE, ALTER COLUMN status DROP NOT NULL`);
  }

  /** The rows stay, as a record has to: where there is no status, it is 0. A rewrite fires no trigger. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE lastgood.audit_calls
        DROP COLUMN call_id,
        ALTER COLUMN status TYPE integer USING coalesce(status, 0),
        ALTER COLUMN status SET NOT NULL`);
  }
}
