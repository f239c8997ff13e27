import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was asked of narratives, by month, and who was forgotten (NA-8, NA-9). No change stream counts either. Months are
 * partitions that the upkeep makes and drops; the first ones are made here.
 */
export class Narratives1763600011000 implements MigrationInterface {
  readonly name = 'Narratives1763600011000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(requests);
    await runner.query(months);
    await runner.query(erasures);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE lastgood.narrative_requests;
      DROP TABLE lastgood.narrative_batches;
      DROP TABLE lastgood.narrative_erasures;
      DROP FUNCTION lastgood.keep_narrative_months(timestamptz, timestamptz);
      DROP FUNCTION lastgood.drop_narrative_months(timestamptz)`);
  }
}

// A batch is known by its id, so that one whose commit was not answered is not written twice.
const requests = `
CREATE TABLE lastgood.narrative_requests (
  at timestamptz NOT NULL,
  user_id text,
  narrative_key text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('fresh', 'stale', 'made', 'fallback', 'invalid', 'failed', 'refresh')),
  duration_ms double precision NOT NULL,
  systems text[] NOT NULL,
  tokens integer,
  cost_usd double precision,
  saved_usd double precision
) PARTITION BY RANGE (at);
CREATE INDEX ON lastgood.narrative_requests (at);
CREATE INDEX ON lastgood.narrative_requests (user_id, narrative_key) WHERE user_id IS NOT NULL;
CREATE INDEX ON lastgood.narrative_requests (narrative_key, user_id) WHERE outcome <> 'refresh';

CREATE TABLE lastgood.narrative_batches (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON lastgood.narrative_batches (at);`;

// Months are those of UTC. A partition is made beside the table and attached, which holds up no insert.
const months = `
CREATE FUNCTION lastgood.keep_narrative_months(p_from timestamptz, p_to timestamptz) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since timestamp := date_trunc('month', p_from AT TIME ZONE 'UTC');
  name text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('lastgood.narrative_requests: months'));
  WHILE since <= p_to AT TIME ZONE 'UTC' LOOP
    name := format('narrative_requests_%s', to_char(since, 'YYYY_MM'));
    IF to_regclass(format('lastgood.%I', name)) IS NULL THEN
      EXECUTE format('CREATE TABLE lastgood.%I (LIKE lastgood.narrative_requests INCLUDING ALL)', name);
      EXECUTE format('ALTER TABLE lastgood.narrative_requests ATTACH PARTITION lastgood.%I FOR VALUES FROM (%L) TO (%L)',
        name, since AT TIME ZONE 'UTC', (since + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
    since := since + interval '1 month';
  END LOOP;
  RETURN made;
END $$;

-- Only those that are wholly older.
CREATE FUNCTION lastgood.drop_narrative_months(p_before timestamptz) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text;
  dropped int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('lastgood.narrative_requests: months'));
  FOR name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'lastgood.narrative_requests'::regclass AND c.relname ~ '^narrative_requests_\\d{4}_\\d{2}$'
      AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= p_before
  LOOP
    EXECUTE format('DROP TABLE lastgood.%I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

SELECT lastgood.keep_narrative_months(now() - interval '1 month', now() + interval '2 months');`;

// What was asked before a person was erased is never written after it, however late it comes.
const erasures = `
CREATE TABLE lastgood.narrative_erasures (
  user_sha256 text PRIMARY KEY CHECK (user_sha256 ~ '^[0-9a-f]{64}$'),
  erased_at timestamptz NOT NULL
);`;
