import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the configuration was when a job was pinned to it (MC-22). No change stream counts these tables: neither row is
 * ever changed in what a reader is given of it.
 */
export class JobPins1763600008000 implements MigrationInterface {
  readonly name = 'JobPins1763600008000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lastgood.job_pins, lastgood.pinned_snapshots');
  }
}

// The content is text, and not jsonb: its bytes are what the hash is of.
const tables = `
CREATE TABLE lastgood.pinned_snapshots (
  hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
  content text NOT NULL,
  version bigint NOT NULL,
  snapshot_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE lastgood.job_pins (
  job_id text PRIMARY KEY CHECK (length(job_id) BETWEEN 1 AND 200),
  snapshot_hash text NOT NULL REFERENCES lastgood.pinned_snapshots,
  course_id text CHECK (length(course_id) BETWEEN 1 AND 200),
  is_stale boolean NOT NULL,
  pinned_at timestamptz NOT NULL DEFAULT now(),
  pinned_by text NOT NULL DEFAULT current_user,
  released_at timestamptz
);
CREATE INDEX ON lastgood.job_pins (snapshot_hash);
CREATE INDEX ON lastgood.job_pins (released_at) WHERE released_at IS NOT NULL;`;
