import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys: what is stored of a key is its prefix and the SHA-256 of all of it. */
export class Access1763600001000 implements MigrationInterface {
  readonly name = 'Access1763600001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lastgood.api_keys (
        prefix text PRIMARY KEY CHECK (prefix ~ '^[A-Za-z0-9_-]{8}$'),
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('client', 'viewer', 'editor', 'writer', 'admin')),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz
      );
      SELECT lastgood.count_changes('lastgood.api_keys', 'access', $$ 'keys' $$)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.api_keys');
    await runner.query(`DELETE FROM lastgood.change_log WHERE stream = 'access'`);
    await runner.query(`DELETE FROM lastgood.change_counter WHERE stream = 'access'`);
  }
}
