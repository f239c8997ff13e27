import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `lastgood.server_lineage()`: the server's system identifier and timeline, as far as they can be read here, so that
 * a restored server or a promoted standby is another lineage at once, whatever its counter says (PROTOCOL CO-10).
 * Whoever reads needs no right of their own to them; where nobody has it, the counter's epoch stands alone.
 */
export class ServerLineage1763600003000 implements MigrationInterface {
  readonly name = 'ServerLineage1763600003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(serverLineage);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION lastgood.server_lineage()');
  }
}

// Permission is checked when a statement is prepared, so a CASE does not help: the refusal has to be caught.
const serverLineage = `
CREATE FUNCTION lastgood.server_lineage() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lineage text := '';
BEGIN
  IF pg_is_in_recovery() THEN RETURN lineage; END IF;
  BEGIN
    lineage := '.' || (SELECT system_identifier FROM pg_control_system());
  EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN NULL;
  END;
  BEGIN
    lineage := lineage || '.' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
  EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN NULL;
  END;
  RETURN lineage;
END $$`;
