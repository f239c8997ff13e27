import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Models, phases, judges and context reserves (MC-1 … MC-4), counted in the stream `config`. */
export class ModelConfig1763600002000 implements MigrationInterface {
  readonly name = 'ModelConfig1763600002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(rowVersions);
    await runner.query(tables);
    await runner.query(counted);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.context_reserves, lastgood.judge_configs, lastgood.phase_configs, lastgood.models;
      DROP FUNCTION lastgood.next_row_version();
      DROP SEQUENCE lastgood.row_version;
      DELETE FROM lastgood.change_log WHERE stream = 'config';
      DELETE FROM lastgood.change_counter WHERE stream = 'config'`);
  }
}

// A row's version is its ETag, kept by an update that changes nothing: drawn from one sequence, so that a row that was deleted and made again is another.
const rowVersions = `
CREATE SEQUENCE lastgood.row_version;
CREATE FUNCTION lastgood.next_row_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  IF NEW IS DISTINCT FROM OLD THEN
    NEW.version := nextval('lastgood.row_version');
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;`;

const bookkeeping = `
  version bigint NOT NULL DEFAULT nextval('lastgood.row_version'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT current_user`;

const language = (tag: string) =>
  `CHECK (${tag} ~ '^(any|[a-z]{2,3}(-[A-Za-z0-9]{1,8})*)$' AND length(${tag}) <= 35)`;
const generation = `
  temperature double precision NOT NULL CHECK (temperature BETWEEN 0 AND 2),
  max_tokens integer NOT NULL CHECK (max_tokens BETWEEN 1 AND 200000),
  timeout_ms integer CHECK (timeout_ms >= 1000)`;

const tables = `
CREATE TABLE lastgood.models (
  id text PRIMARY KEY CHECK (id ~ '^[^/[:space:]]+/[^[:space:]]+$' AND length(id) <= 200),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  family text NOT NULL CHECK (length(family) BETWEEN 1 AND 100),
  max_context_tokens integer NOT NULL CHECK (max_context_tokens > 0),
  input_usd_per_mtok double precision NOT NULL CHECK (input_usd_per_mtok >= 0 AND input_usd_per_mtok < 'Infinity'),
  output_usd_per_mtok double precision NOT NULL CHECK (output_usd_per_mtok >= 0 AND output_usd_per_mtok < 'Infinity'),
  supports_cache_read boolean NOT NULL DEFAULT false,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deprecated', 'retired')),
  retires_at timestamptz,
  replacement_id text REFERENCES lastgood.models DEFERRABLE INITIALLY DEFERRED CHECK (replacement_id <> id),
  ${bookkeeping}
);

CREATE TABLE lastgood.phase_configs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  phase text NOT NULL CHECK (phase ~ '^[a-z][a-z0-9_]{0,99}$'),
  course_id text CHECK (length(course_id) BETWEEN 1 AND 200),
  language text NOT NULL ${language('language')},
  context_tier text NOT NULL CHECK (context_tier IN ('standard', 'extended')),
  model_id text NOT NULL REFERENCES lastgood.models,
  fallback_model_id text REFERENCES lastgood.models CHECK (fallback_model_id <> model_id),
  ${generation},
  max_context_tokens integer NOT NULL CHECK (max_context_tokens > 0),
  quality_threshold double precision CHECK (quality_threshold BETWEEN 0 AND 1),
  max_retries integer NOT NULL CHECK (max_retries BETWEEN 0 AND 10),
  cache_read_enabled boolean NOT NULL DEFAULT false,
  ${bookkeeping},
  UNIQUE NULLS NOT DISTINCT (phase, course_id, language, context_tier)
);
CREATE INDEX ON lastgood.phase_configs (course_id) WHERE course_id IS NOT NULL;

CREATE TABLE lastgood.judge_configs (
  language text NOT NULL ${language('language')},
  role text NOT NULL CHECK (role IN ('primary', 'secondary', 'tiebreaker')),
  model_id text NOT NULL REFERENCES lastgood.models,
  fallback_model_id text REFERENCES lastgood.models CHECK (fallback_model_id <> model_id),
  weight double precision NOT NULL CHECK (weight > 0 AND weight <= 1),
  ${generation},
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  calibrated_at timestamptz,
  calibration_n integer CHECK (calibration_n >= 0),
  kappa double precision CHECK (kappa BETWEEN -1 AND 1),
  ${bookkeeping},
  PRIMARY KEY (language, role),
  -- Checked at the end of a statement: two judges may swap their models.
  UNIQUE (language, model_id) DEFERRABLE
);

CREATE TABLE lastgood.context_reserves (
  language text PRIMARY KEY ${language('language')},
  reserve_percent double precision NOT NULL CHECK (reserve_percent >= 0 AND reserve_percent < 1),
  ${bookkeeping}
);`;

const scopes: Record<string, string> = {
  models: `'models'`,
  phase_configs: `CASE WHEN r.course_id IS NULL THEN 'phases' ELSE 'course:' || r.course_id END`,
  judge_configs: `'judges:' || r.language`,
  context_reserves: `'reserves'`,
};

const counted = Object.entries(scopes)
  .map(
    ([table, scope]) => `
SELECT lastgood.count_changes('lastgood.${table}', 'config', $scope$${scope}$scope$);
CREATE TRIGGER next_row_version BEFORE UPDATE ON lastgood.${table}
  FOR EACH ROW EXECUTE FUNCTION lastgood.next_row_version();
ALTER TABLE lastgood.${table} ENABLE ALWAYS TRIGGER next_row_version;`,
  )
  .join('');
