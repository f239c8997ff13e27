import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lessons, the steps that are kept of each, and what each tells (LE-7). No change stream counts them. */
export class Lessons1763600009000 implements MigrationInterface {
  readonly name = 'Lessons1763600009000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.lesson_events, lastgood.lesson_steps, lastgood.lessons');
  }
}

// What callers and models wrote is json, and not jsonb, which refuses a text with U+0000 in it.
const tables = `
CREATE TABLE lastgood.lessons (
  id uuid PRIMARY KEY,
  spec json NOT NULL,
  spec_sha256 text NOT NULL CHECK (spec_sha256 ~ '^[0-9a-f]{64}$'),
  limits jsonb NOT NULL,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  cancel_requested_at timestamptz,
  result json,
  error json,
  lease_token uuid,
  lease_until timestamptz,
  runs int NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz,
  pin_released_at timestamptz,
  UNIQUE (created_by, idempotency_key),
  CHECK ((status = 'running') = (lease_until IS NOT NULL)),
  CHECK ((status IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE INDEX ON lastgood.lessons (lease_until) WHERE status = 'running';
CREATE INDEX ON lastgood.lessons (queued_at) WHERE status = 'queued';
CREATE INDEX ON lastgood.lessons (ended_at) WHERE ended_at IS NOT NULL AND pin_released_at IS NULL;

CREATE TABLE lastgood.lesson_steps (
  lesson_id uuid NOT NULL REFERENCES lastgood.lessons ON DELETE CASCADE,
  key text NOT NULL,
  result json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (lesson_id, key)
);

CREATE TABLE lastgood.lesson_events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  lesson_id uuid NOT NULL REFERENCES lastgood.lessons ON DELETE CASCADE,
  run int NOT NULL,
  n int NOT NULL,
  type text NOT NULL,
  data json NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (lesson_id, run, n)
);
CREATE INDEX ON lastgood.lesson_events (lesson_id, seq);`;
