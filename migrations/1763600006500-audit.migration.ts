import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who did what (OP-3). `audit_log` holds every change, in the transaction of the change, as a chain: each row's hash
 * covers the hash before it, so that a row that was edited, removed or put in between is found. `audit_calls` holds
 * calls that changed nothing, refused ones sampled, outside the chain.
 */
export class Audit1763600006500 implements MigrationInterface {
  readonly name = 'Audit1763600006500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(chain);
    await runner.query(appendOnly);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.audit_calls, lastgood.audit_log, lastgood.audit_head;
      DROP FUNCTION lastgood.chain_audit_row();
      DROP FUNCTION lastgood.audit_text(text);
      DROP FUNCTION lastgood.refuse_audit_edit()`);
  }
}

const tables = `
CREATE TABLE lastgood.audit_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_id bigint NOT NULL DEFAULT 0,
  hash text NOT NULL DEFAULT repeat('0', 64)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50);
INSERT INTO lastgood.audit_head DEFAULT VALUES;

CREATE TABLE lastgood.audit_log (
  id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  actor_role text,
  ip text,
  action text NOT NULL,
  target text NOT NULL,
  reason text,
  before_sha256 text,
  after_sha256 text,
  version text,
  request_id text,
  previous_hash text NOT NULL,
  hash text NOT NULL
);

CREATE TABLE lastgood.audit_calls (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_id text,
  actor_name text,
  actor_role text,
  ip text,
  method text NOT NULL,
  route text NOT NULL,
  status integer NOT NULL,
  request_id text,
  -- How many calls of this kind the row stands for: refused ones are sampled.
  calls integer NOT NULL DEFAULT 1 CHECK (calls > 0)
);
CREATE INDEX ON lastgood.audit_calls (at);`;

// Each field goes in with its length, so that no two rows have one text. The head is locked last in a transaction and
// until its end: rows are chained in the order of their commits.
const chain = `
CREATE FUNCTION lastgood.audit_text(field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(octet_length(field) || ':' || field, '-')
$$;

CREATE FUNCTION lastgood.chain_audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE head lastgood.audit_head;
BEGIN
  SELECT * INTO head FROM lastgood.audit_head FOR NO KEY UPDATE;
  NEW.id := head.last_id + 1;
  NEW.at := clock_timestamp();
  NEW.previous_hash := head.hash;
  NEW.hash := encode(sha256(convert_to(
    lastgood.audit_text(NEW.previous_hash) || lastgood.audit_text(NEW.id::text)
    || lastgood.audit_text(to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || lastgood.audit_text(NEW.actor_id) || lastgood.audit_text(NEW.actor_name)
    || lastgood.audit_text(NEW.actor_role) || lastgood.audit_text(NEW.ip)
    || lastgood.audit_text(NEW.action) || lastgood.audit_text(NEW.target)
    || lastgood.audit_text(NEW.reason)
    || lastgood.audit_text(NEW.before_sha256) || lastgood.audit_text(NEW.after_sha256)
    || lastgood.audit_text(NEW.version) || lastgood.audit_text(NEW.request_id), 'UTF8')), 'hex');
  UPDATE lastgood.audit_head SET last_id = NEW.id, hash = NEW.hash;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON lastgood.audit_log
  FOR EACH ROW EXECUTE FUNCTION lastgood.chain_audit_row();
ALTER TABLE lastgood.audit_log ENABLE ALWAYS TRIGGER chain;`;

const appendOnly = `
CREATE FUNCTION lastgood.refuse_audit_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of %.% is refused: it is a record of what was done', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'feature_not_supported';
END $$;
${['audit_log', 'audit_calls']
  .map(
    (table) => `
CREATE TRIGGER refuse_edit BEFORE UPDATE OR DELETE OR TRUNCATE ON lastgood.${table}
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_audit_edit();
ALTER TABLE lastgood.${table} ENABLE ALWAYS TRIGGER refuse_edit;`,
  )
  .join('')}
CREATE TRIGGER refuse_removal BEFORE DELETE OR TRUNCATE ON lastgood.audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_audit_edit();
ALTER TABLE lastgood.audit_head ENABLE ALWAYS TRIGGER refuse_removal;`;
