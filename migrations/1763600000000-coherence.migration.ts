import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One counter row and one change log per stream, and the triggers that alone write them (PROTOCOL CO-1, CO-2).
 * `lastgood.count_changes(table, stream, scope)` is how a feature's migration puts a table under them: `scope` is
 * an SQL expression over a row `r` that names what the row belongs to.
 */
export class Coherence1763600000000 implements MigrationInterface {
  readonly name = 'Coherence1763600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    await runner.query(attach);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION lastgood.count_changes(regclass, text, text);
      DROP FUNCTION lastgood.log_rows();
      DROP FUNCTION lastgood.log_change(text, text[], text);
      DROP FUNCTION lastgood.lock_counter();
      DROP FUNCTION lastgood.refuse_truncate();
      DROP TABLE lastgood.change_log;
      DROP TABLE lastgood.change_counter`);
  }
}

// The counter row is rewritten by every change: room for updates in place, and an eager vacuum, keep it one page.
const tables = `
CREATE TABLE lastgood.change_counter (
  stream text PRIMARY KEY,
  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
  version bigint NOT NULL DEFAULT 0,
  change_id uuid NOT NULL DEFAULT gen_random_uuid(),
  trimmed_to bigint NOT NULL DEFAULT 0,
  raised_by xid8,
  raised_at timestamptz
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);

CREATE TABLE lastgood.change_log (
  stream text NOT NULL REFERENCES lastgood.change_counter,
  version bigint NOT NULL,
  change_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('changed', 'purged')),
  scope text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (stream, version, scope, kind)
);`;

// The counter is raised once per transaction, told by its id and start: ids alone repeat after a restore.
// SECURITY DEFINER: whoever may write a table is counted without rights on the counter, and may not raise it by hand.
const functions = `
CREATE FUNCTION lastgood.lock_counter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM lastgood.change_counter WHERE stream = TG_ARGV[0] FOR NO KEY UPDATE;
  RETURN NULL;
END $$;

CREATE FUNCTION lastgood.log_change(p_stream text, p_scopes text[], p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE lastgood.change_counter
    SET version = version + 1, change_id = gen_random_uuid(),
        raised_by = pg_current_xact_id(), raised_at = transaction_timestamp()
    WHERE stream = p_stream
      AND (raised_by, raised_at) IS DISTINCT FROM (pg_current_xact_id(), transaction_timestamp());
  INSERT INTO lastgood.change_log (stream, version, change_id, kind, scope)
    SELECT c.stream, c.version, c.change_id, p_kind, s.scope
    FROM lastgood.change_counter c, unnest(p_scopes) AS s(scope) WHERE c.stream = p_stream
    ON CONFLICT DO NOTHING;
  PERFORM pg_notify('lastgood_' || c.stream, c.version::text)
    FROM lastgood.change_counter c WHERE c.stream = p_stream;
END $$;
REVOKE EXECUTE ON FUNCTION lastgood.log_change(text, text[], text) FROM PUBLIC;

CREATE FUNCTION lastgood.log_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  touched text := CASE TG_OP
    WHEN 'INSERT' THEN 'TABLE new_rows'
    WHEN 'DELETE' THEN 'TABLE old_rows'
    ELSE '(TABLE old_rows EXCEPT TABLE new_rows) UNION ALL (TABLE new_rows EXCEPT TABLE old_rows)' END;
  scopes text[];
BEGIN
  EXECUTE format('SELECT array_agg(DISTINCT (%s)::text) FROM (%s) r', TG_ARGV[1], touched) INTO scopes;
  IF scopes IS NOT NULL THEN PERFORM lastgood.log_change(TG_ARGV[0], scopes, 'changed'); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION lastgood.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of %.% is refused: it could not be counted as a change; use DELETE',
    TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
END $$;`;

// The lock comes first (triggers fire in name order), so that every writer queues before it touches a row; ALWAYS,
// because session_replication_role = replica skips ordinary triggers.
const attach = `
CREATE FUNCTION lastgood.count_changes(p_table regclass, p_stream text, p_scope text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE name text;
BEGIN
  INSERT INTO lastgood.change_counter (stream) VALUES (p_stream) ON CONFLICT DO NOTHING;
  EXECUTE format('CREATE TRIGGER a_lock_counter BEFORE INSERT OR UPDATE OR DELETE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.lock_counter(%L)', p_table, p_stream);
  EXECUTE format('CREATE TRIGGER z_log_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_rows(%L, %L)', p_table, p_stream, p_scope);
  EXECUTE format('CREATE TRIGGER z_log_update AFTER UPDATE ON %s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_rows(%L, %L)', p_table, p_stream, p_scope);
  EXECUTE format('CREATE TRIGGER z_log_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_rows(%L, %L)', p_table, p_stream, p_scope);
  EXECUTE format('CREATE TRIGGER a_refuse_truncate BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_truncate()', p_table);
  FOREACH name IN ARRAY ARRAY['a_lock_counter', 'z_log_insert', 'z_log_update', 'z_log_delete', 'a_refuse_truncate']
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', p_table, name);
  END LOOP;
END $$;`;
