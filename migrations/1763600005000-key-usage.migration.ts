import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When each API key was last used. Apart from the keys, and counted by no trigger: a use changes nothing that a process
 * has to know of. No foreign key either, or a key that is being deleted would keep those of all others from being written.
 */
export class KeyUsage1763600005000 implements MigrationInterface {
  readonly name = 'KeyUsage1763600005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lastgood.key_usage (
        prefix text PRIMARY KEY,
        last_used_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.key_usage');
  }
}
