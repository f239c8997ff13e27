import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What people do to the caches: `cache_operations` marks stale or purges, in the stream whose values are meant, and is
 * the record of who did it; `cache_settings` holds what is switched per namespace, in a stream of its own.
 */
export class Cache1763600004000 implements MigrationInterface {
  readonly name = 'Cache1763600004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(operations);
    await runner.query(settings);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.cache_settings;
      DROP TABLE lastgood.cache_operations;
      DROP FUNCTION lastgood.log_cache_operation();
      DROP FUNCTION lastgood.refuse_cache_operation_edit();
      DELETE FROM lastgood.change_log WHERE stream = 'cache';
      DELETE FROM lastgood.change_counter WHERE stream = 'cache'`);
  }
}

// One row may go to any stream, so the stream is the row's and not the trigger's; the counter is locked as for every
// other writer, and raised once a transaction.
const operations = `
CREATE TABLE lastgood.cache_operations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream text NOT NULL REFERENCES lastgood.change_counter,
  namespace text NOT NULL,
  operation text NOT NULL CHECK (operation IN
    ('invalidate', 'invalidate-scope', 'invalidate-prefix', 'expire-all', 'purge', 'purge-prefix', 'purge-all')),
  kind text NOT NULL CHECK (kind IN ('changed', 'purged')),
  scope text NOT NULL CHECK (scope <> ''),
  author text NOT NULL CHECK (author <> ''),
  reason text,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION lastgood.log_cache_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM lastgood.change_counter WHERE stream = NEW.stream FOR NO KEY UPDATE;
  PERFORM lastgood.log_change(NEW.stream, ARRAY[NEW.scope], NEW.kind);
  RETURN NULL;
END $$;

CREATE FUNCTION lastgood.refuse_cache_operation_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lastgood.cache_operations is a record of what was done: it is not edited'
    USING ERRCODE = 'feature_not_supported';
END $$;

CREATE TRIGGER z_log_operation AFTER INSERT ON lastgood.cache_operations
  FOR EACH ROW EXECUTE FUNCTION lastgood.log_cache_operation();
CREATE TRIGGER a_refuse_edit BEFORE UPDATE OR TRUNCATE ON lastgood.cache_operations
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_cache_operation_edit();
ALTER TABLE lastgood.cache_operations ENABLE ALWAYS TRIGGER z_log_operation;
ALTER TABLE lastgood.cache_operations ENABLE ALWAYS TRIGGER a_refuse_edit;`;

const settings = `
CREATE TABLE lastgood.cache_settings (
  namespace text PRIMARY KEY CHECK (namespace ~ '^[a-z][a-z0-9-]{0,62}$'),
  switches jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(switches) = 'object'),
  policy jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(policy) = 'object'),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);
SELECT lastgood.count_changes('lastgood.cache_settings', 'cache', $$ 'settings' $$);`;
