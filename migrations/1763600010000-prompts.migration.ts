import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prompt templates and what people set for themselves (PR-1), counted in the stream `prompts`. */
export class Prompts1763600010000 implements MigrationInterface {
  readonly name = 'Prompts1763600010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(templates);
    await runner.query(people);
    await runner.query(counted);
    await runner.query(unchanging);
    await runner.query(purged);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.user_placeholder_settings, lastgood.profile_values, lastgood.profiles,
        lastgood.placeholder_values, lastgood.placeholders, lastgood.prompt_modes, lastgood.prompt_labels,
        lastgood.prompt_templates;
      DROP FUNCTION lastgood.refuse_template_edit();
      DROP FUNCTION lastgood.refuse_removed_template();
      DROP FUNCTION lastgood.log_purges();
      DROP FUNCTION lastgood.purge_removed_templates();
      DELETE FROM lastgood.change_log WHERE stream = 'prompts';
      DELETE FROM lastgood.change_counter WHERE stream = 'prompts'`);
  }
}

const name = (column: string) => `CHECK (${column} ~ '^[a-z][a-z0-9_]{0,99}$')`;

// A version never changes, and its number is never given again: who rendered with it can be told what that was.
const templates = `
CREATE TABLE lastgood.prompt_templates (
  node_name text NOT NULL ${name('node_name')},
  language text NOT NULL
    CHECK (language ~ '^(any|[a-z]{2,3}(-[A-Za-z0-9]{1,8})*)$' AND length(language) <= 35),
  version integer NOT NULL CHECK (version > 0),
  system text CHECK (system <> ''),
  body text NOT NULL CHECK (body <> ''),
  required_dynamic_placeholders text[] NOT NULL,
  cache_ttl_s integer NOT NULL DEFAULT 3600 CHECK (cache_ttl_s BETWEEN 1 AND 2592000),
  allow_stale boolean NOT NULL DEFAULT false,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT current_user,
  PRIMARY KEY (node_name, language, version),
  CONSTRAINT prompt_template_size CHECK (octet_length(body) + coalesce(octet_length(system), 0) <= 65536),
  CONSTRAINT prompt_template_placeholders CHECK (cardinality(required_dynamic_placeholders) <= 100)
);

CREATE TABLE lastgood.prompt_labels (
  node_name text NOT NULL,
  language text NOT NULL,
  label text NOT NULL CHECK (label ~ '^[a-z][a-z0-9_-]{0,62}$'),
  version integer NOT NULL,
  previous_version integer,
  moved_at timestamptz NOT NULL DEFAULT now(),
  moved_by text NOT NULL DEFAULT current_user,
  PRIMARY KEY (node_name, language, label),
  FOREIGN KEY (node_name, language, version) REFERENCES lastgood.prompt_templates
);

CREATE TABLE lastgood.prompt_modes (
  node_name text PRIMARY KEY ${name('node_name')},
  local_share double precision NOT NULL CHECK (local_share BETWEEN 0 AND 1),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT current_user
);`;

const text = (column: string) => `${column} text NOT NULL CHECK (octet_length(${column}) BETWEEN 1 AND 8192)`;

const people = `
CREATE TABLE lastgood.placeholders (
  name text PRIMARY KEY ${name('name')},
  description text NOT NULL CHECK (length(description) BETWEEN 1 AND 1000)
);

CREATE TABLE lastgood.placeholder_values (
  placeholder text NOT NULL REFERENCES lastgood.placeholders ON DELETE CASCADE,
  name text NOT NULL ${name('name')},
  ${text('value')},
  PRIMARY KEY (placeholder, name)
);

CREATE TABLE lastgood.profiles (
  name text PRIMARY KEY ${name('name')},
  category text NOT NULL CHECK (category IN ('style', 'subject')),
  description text NOT NULL CHECK (length(description) BETWEEN 1 AND 1000)
);

CREATE TABLE lastgood.profile_values (
  profile text NOT NULL REFERENCES lastgood.profiles ON DELETE CASCADE,
  placeholder text NOT NULL,
  value_name text NOT NULL,
  PRIMARY KEY (profile, placeholder),
  FOREIGN KEY (placeholder, value_name) REFERENCES lastgood.placeholder_values
);

CREATE TABLE lastgood.user_placeholder_settings (
  user_id text NOT NULL CHECK (length(user_id) BETWEEN 1 AND 200),
  placeholder text NOT NULL REFERENCES lastgood.placeholders,
  ${text('value')},
  PRIMARY KEY (user_id, placeholder)
);
CREATE INDEX ON lastgood.user_placeholder_settings (placeholder);`;

const scopes: Record<string, string> = {
  prompt_templates: `'prompt:' || r.node_name`,
  prompt_labels: `'prompt:' || r.node_name`,
  prompt_modes: `'prompt:' || r.node_name`,
  placeholders: `'placeholders'`,
  placeholder_values: `'placeholders'`,
  profiles: `'placeholders'`,
  profile_values: `'placeholders'`,
  user_placeholder_settings: `'prompt-user:' || r.user_id`,
};

const counted = Object.entries(scopes)
  .map(
    ([table, scope]) =>
      `SELECT lastgood.count_changes('lastgood.${table}', 'prompts', $scope$${scope}$scope$);`,
  )
  .join('\n');

const unchanging = `
CREATE FUNCTION lastgood.refuse_template_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = 'active' AND NEW.status = 'removed' THEN
    OLD.status := 'removed';
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'a version of a prompt template never changes: make a new one, or set its status to removed'
    USING ERRCODE = 'feature_not_supported';
END $$;
CREATE TRIGGER b_refuse_edit BEFORE UPDATE OR DELETE ON lastgood.prompt_templates
  FOR EACH ROW EXECUTE FUNCTION lastgood.refuse_template_edit();
ALTER TABLE lastgood.prompt_templates ENABLE ALWAYS TRIGGER b_refuse_edit;

CREATE FUNCTION lastgood.refuse_removed_template() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM lastgood.prompt_templates t
    WHERE (t.node_name, t.language, t.version) = (NEW.node_name, NEW.language, NEW.version)
      AND t.status = 'removed';
  IF FOUND THEN
    RAISE EXCEPTION 'version % of % (%) was removed: it takes no label', NEW.version, NEW.node_name, NEW.language
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_refuse_removed BEFORE INSERT OR UPDATE ON lastgood.prompt_labels
  FOR EACH ROW EXECUTE FUNCTION lastgood.refuse_removed_template();
ALTER TABLE lastgood.prompt_labels ENABLE ALWAYS TRIGGER b_refuse_removed;`;

// What is taken away is purged, not marked: no process serves it any more, stale or not, whatever else is away (CO-13).
const purged = `
CREATE FUNCTION lastgood.log_purges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE scopes text[];
BEGIN
  -- An update that gives a row another key takes the old one away.
  EXECUTE CASE TG_OP
    WHEN 'DELETE' THEN format('SELECT array_agg(DISTINCT (%s)::text) FROM old_rows r', TG_ARGV[1])
    ELSE format('SELECT array_agg(DISTINCT (%1$s)::text) FROM old_rows r WHERE (%2$s) NOT IN (SELECT %2$s FROM new_rows)',
      TG_ARGV[1], TG_ARGV[2]) END
    INTO scopes;
  IF scopes IS NOT NULL THEN PERFORM lastgood.log_change(TG_ARGV[0], scopes, 'purged'); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION lastgood.purge_removed_templates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE scopes text[];
BEGIN
  SELECT array_agg(DISTINCT 'prompt:' || r.node_name) INTO scopes FROM new_rows r WHERE r.status = 'removed';
  IF scopes IS NOT NULL THEN PERFORM lastgood.log_change('prompts', scopes, 'purged'); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER z_purge_removed AFTER UPDATE ON lastgood.prompt_templates
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lastgood.purge_removed_templates();
ALTER TABLE lastgood.prompt_templates ENABLE ALWAYS TRIGGER z_purge_removed;
${Object.entries({
  prompt_labels: 'node_name, language, label',
  user_placeholder_settings: 'user_id, placeholder',
})
  .map(
    ([table, key]) => `
CREATE TRIGGER z_purge_deleted AFTER DELETE ON lastgood.${table} REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_purges('prompts', $scope$${scopes[table]}$scope$);
CREATE TRIGGER z_purge_moved AFTER UPDATE ON lastgood.${table}
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_purges('prompts', $scope$${scopes[table]}$scope$, '${key}');
ALTER TABLE lastgood.${table} ENABLE ALWAYS TRIGGER z_purge_deleted;
ALTER TABLE lastgood.${table} ENABLE ALWAYS TRIGGER z_purge_moved;`,
  )
  .join('')}`;
