import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which namespaces each process has frozen (OP-13). A process of an earlier version tells of none. */
export class FrozenInstances1763600016000 implements MigrationInterface {
  readonly name = 'FrozenInstances1763600016000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE lastgood.instances ADD COLUMN frozen text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lastgood.instances DROP COLUMN frozen');
  }
}
