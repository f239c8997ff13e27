import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Webhooks that were accepted, which alone change the catalogue (CT-5): a row that is inserted is counted in the stream
 * `catalog` with its scopes; what becomes of it afterwards counts nothing. And how often views are read (CT-8).
 */
export class Catalog1763600013000 implements MigrationInterface {
  readonly name = 'Catalog1763600013000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(events);
    await runner.query(counted);
    await runner.query(reads);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.catalog_reads, lastgood.webhook_events;
      DROP FUNCTION lastgood.log_webhooks();
      DELETE FROM lastgood.cache_operations WHERE stream = 'catalog';
      DELETE FROM lastgood.change_log WHERE stream = 'catalog';
      DELETE FROM lastgood.change_counter WHERE stream = 'catalog'`);
  }
}

// A process that begins to look after an event says so (`attempts`, `looked_at`): what nobody settles is taken over.
const events = `
CREATE TABLE lastgood.webhook_events (
  id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,200}$'),
  event text NOT NULL,
  subject_id text NOT NULL,
  publisher_id text,
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  sent_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed')),
  attempts integer NOT NULL DEFAULT 1,
  looked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  error text,
  settled_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE INDEX webhook_events_received ON lastgood.webhook_events (received_at, id);
CREATE INDEX webhook_events_pending ON lastgood.webhook_events (looked_at) WHERE status = 'pending';`;

// The counter is locked first, as by every writer: of an event that two processes take at once, one sees the other's.
const counted = `
INSERT INTO lastgood.change_counter (stream) VALUES ('catalog') ON CONFLICT DO NOTHING;

CREATE FUNCTION lastgood.log_webhooks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE scopes text[];
BEGIN
  SELECT array_agg(DISTINCT s.scope) INTO scopes FROM new_rows r, unnest(r.scopes) AS s(scope);
  IF scopes IS NOT NULL THEN PERFORM lastgood.log_change('catalog', scopes, 'changed'); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER a_lock_counter BEFORE INSERT ON lastgood.webhook_events
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.lock_counter('catalog');
CREATE TRIGGER z_log_webhooks AFTER INSERT ON lastgood.webhook_events REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.log_webhooks();
CREATE TRIGGER a_refuse_truncate BEFORE TRUNCATE ON lastgood.webhook_events
  FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_truncate();
ALTER TABLE lastgood.webhook_events ENABLE ALWAYS TRIGGER a_lock_counter;
ALTER TABLE lastgood.webhook_events ENABLE ALWAYS TRIGGER z_log_webhooks;
ALTER TABLE lastgood.webhook_events ENABLE ALWAYS TRIGGER a_refuse_truncate;`;

const reads = `
CREATE TABLE lastgood.catalog_reads (
  day date NOT NULL,
  key text NOT NULL CHECK (length(key) <= 200),
  reads bigint NOT NULL CHECK (reads > 0),
  PRIMARY KEY (day, key)
) WITH (fillfactor = 70);`;
