import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What makes a change of the configuration safe to make: who made it and why, every row before and after it, by
 * triggers, so that psql is seen like any other writer (MC-16); answers that are repeated by their key (MC-18); and a
 * panel's waiver of its independence (MC-14).
 */
export class Publishing1763600006000 implements MigrationInterface {
  readonly name = 'Publishing1763600006000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(authors);
    await runner.query(waiver);
    await runner.query(tables);
    await runner.query(recording);
    await runner.query(recorded);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(rowNames)) {
      await runner.query(`
        DROP TRIGGER zz_history_insert ON lastgood.${table};
        DROP TRIGGER zz_history_update ON lastgood.${table};
        DROP TRIGGER zz_history_delete ON lastgood.${table};
        ALTER TABLE lastgood.${table} ALTER COLUMN updated_by SET DEFAULT current_user`);
    }
    await runner.query(`
      DROP FUNCTION lastgood.record_history();
      DROP TABLE lastgood.idempotent_answers, lastgood.config_history, lastgood.config_versions;
      ALTER TABLE lastgood.judge_configs DROP COLUMN independence_waiver, DROP CONSTRAINT calibrated_at_is_finite;
      ALTER TABLE lastgood.models DROP CONSTRAINT retires_at_is_finite;
      REVOKE USAGE ON SEQUENCE lastgood.row_version FROM PUBLIC`);
    await runner.query(nextRowVersion(''));
    await runner.query('DROP FUNCTION lastgood.author()');
  }
}

const nextRowVersion = (author: string) => `
CREATE OR REPLACE FUNCTION lastgood.next_row_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  ${author && 'NEW.updated_by := OLD.updated_by;'}
  IF NEW IS DISTINCT FROM OLD THEN
    NEW.version := nextval('lastgood.row_version');
    NEW.updated_at := clock_timestamp();
    ${author && `NEW.updated_by := ${author};`}
  END IF;
  RETURN NEW;
END $$;`;

// The application says for each transaction who it acts for; of anybody else the database knows the login.
const authors = `
CREATE FUNCTION lastgood.author() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('lastgood.author', true), ''),
    nullif(current_setting('role'), 'none'), session_user::text)
$$;
${nextRowVersion('lastgood.author()')}
${['models', 'phase_configs', 'judge_configs', 'context_reserves']
  .map((table) => `ALTER TABLE lastgood.${table} ALTER COLUMN updated_by SET DEFAULT lastgood.author();`)
  .join('\n')}`;

const waiver = `
ALTER TABLE lastgood.judge_configs ADD COLUMN independence_waiver text
  CHECK (length(independence_waiver) BETWEEN 3 AND 500);
-- JSON has no infinity, and a rollback could not bring it back.
ALTER TABLE lastgood.models ADD CONSTRAINT retires_at_is_finite CHECK (isfinite(retires_at));
ALTER TABLE lastgood.judge_configs ADD CONSTRAINT calibrated_at_is_finite CHECK (isfinite(calibrated_at));
-- Whoever may insert a row may number it.
GRANT USAGE ON SEQUENCE lastgood.row_version TO PUBLIC`;

const tables = `
CREATE TABLE lastgood.config_versions (
  version bigint PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('edit', 'import', 'rollback', 'sql')),
  author text NOT NULL,
  reason text,
  request_id text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- How many rows the configuration had when this version was validated as a whole; null where nobody did.
  approved_rows integer
);

CREATE TABLE lastgood.config_history (
  version bigint NOT NULL REFERENCES lastgood.config_versions,
  kind text NOT NULL CHECK (kind IN ('models', 'phases', 'judges', 'reserves')),
  row_name text NOT NULL,
  before jsonb,
  after jsonb,
  PRIMARY KEY (version, row_name)
);

CREATE TABLE lastgood.idempotent_answers (
  actor text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_sha256 text NOT NULL,
  answer jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, key)
);
CREATE INDEX ON lastgood.idempotent_answers (at);`;

// Numbers are written with every digit, whatever the session says. After z_log_*, which raises the counter: a row that differs was counted by then. Rows of one statement are paired by
// what names them, so that a renamed row is one removed and one added.
const recording = `
CREATE FUNCTION lastgood.record_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  kind text := TG_ARGV[0];
  nothing text := 'SELECT NULL::text AS name, NULL::jsonb AS doc WHERE false';
  named text := format('SELECT %s AS name, to_jsonb(r) AS doc FROM', TG_ARGV[1]);
  before text := CASE WHEN TG_OP = 'INSERT' THEN nothing ELSE named || ' old_rows r' END;
  after text := CASE WHEN TG_OP = 'DELETE' THEN nothing ELSE named || ' new_rows r' END;
  raised bigint;
  has_changed boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM (%s) o FULL JOIN (%s) n USING (name)
    WHERE o.doc IS DISTINCT FROM n.doc)', before, after) INTO has_changed;
  IF NOT has_changed THEN RETURN NULL; END IF;
  SELECT version INTO raised FROM lastgood.change_counter WHERE stream = 'config';
  INSERT INTO lastgood.config_versions (version, kind, author, reason, request_id)
    VALUES (raised,
      coalesce(nullif(current_setting('lastgood.change_kind', true), ''), 'sql'),
      lastgood.author(),
      nullif(current_setting('lastgood.reason', true), ''),
      nullif(current_setting('lastgood.request_id', true), ''))
    ON CONFLICT DO NOTHING;
  EXECUTE format('INSERT INTO lastgood.config_history AS h (version, kind, row_name, before, after)
    SELECT $1, $2, name, o.doc, n.doc FROM (%s) o FULL JOIN (%s) n USING (name)
    WHERE o.doc IS DISTINCT FROM n.doc
    ON CONFLICT (version, row_name) DO UPDATE SET after = EXCLUDED.after', before, after)
    USING raised, kind;
  -- What a transaction made and took back is no change.
  DELETE FROM lastgood.config_history h
    WHERE h.version = raised AND h.before IS NOT DISTINCT FROM h.after;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION lastgood.record_history() FROM PUBLIC;`;

/** As the application names rows in faults and diffs. */
const rowNames: Record<string, { kind: string; name: string }> = {
  models: { kind: 'models', name: `'models[' || r.id || ']'` },
  phase_configs: {
    kind: 'phases',
    name: `'phases[' || r.phase || '/' || r.language || '/' || r.context_tier || coalesce('/' || r.course_id, '') || ']'`,
  },
  judge_configs: { kind: 'judges', name: `'judges[' || r.language || '].' || r.role` },
  context_reserves: { kind: 'reserves', name: `'reserves[' || r.language || ']'` },
};

const recorded = Object.entries(rowNames)
  .flatMap(([table, { kind, name }]) =>
    (
      [
        ['insert', 'NEW TABLE AS new_rows'],
        ['update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
        ['delete', 'OLD TABLE AS old_rows'],
      ] as const
    ).map(
      ([operation, transition]) => `
CREATE TRIGGER zz_history_${operation} AFTER ${operation.toUpperCase()} ON lastgood.${table}
  REFERENCING ${transition} FOR EACH STATEMENT
  EXECUTE FUNCTION lastgood.record_history('${kind}', $name$${name}$name$);
ALTER TABLE lastgood.${table} ENABLE ALWAYS TRIGGER zz_history_${operation};`,
    ),
  )
  .join('');
