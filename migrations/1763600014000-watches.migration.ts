import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is watched of the system itself, a row each: the probe that travels as every change does (OP-13), and how far
 * the audit chain was looked at, for all processes together (OP-3).
 */
export class Watches1763600014000 implements MigrationInterface {
  readonly name = 'Watches1763600014000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(probe);
    await runner.query(auditCheck);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.audit_check, lastgood.coherence_probe');
  }
}

const oneRow = 'WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50)';

// One row, written anew: there is nothing to trim but the log, which is trimmed anyway.
const probe = `
CREATE TABLE lastgood.coherence_probe (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  at timestamptz NOT NULL DEFAULT 'epoch'
) ${oneRow};
INSERT INTO lastgood.coherence_probe DEFAULT VALUES;
SELECT lastgood.count_changes('lastgood.coherence_probe', 'cache', $$ 'probe' $$);`;

const auditCheck = `
CREATE TABLE lastgood.audit_check (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Whose turn it is: the last who began, and when.
  begun_at timestamptz NOT NULL DEFAULT 'epoch',
  -- The walk over the whole chain: the last row that it has seen, and what was wrong so far.
  walked_to bigint NOT NULL DEFAULT 0,
  walked_hash text NOT NULL DEFAULT repeat('0', 64),
  walk_begun_at timestamptz,
  walk_fault text,
  walk_ended_at timestamptz,
  -- What is told.
  checked_at timestamptz,
  fault text
) ${oneRow};
INSERT INTO lastgood.audit_check DEFAULT VALUES;`;
