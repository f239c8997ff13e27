// A Postgres of the benchmark's own, and configurations of a given size in it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/src/adapters/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../dist/src/platform/database/migrate.js';

const { Client } = createRequire(new URL('../../package.json', import.meta.url))('pg');

/** Phases that every course overrides. */
const phasesOfCourse = 20;

export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-bench-'));
  // For root, Postgres runs as another user.
  chmodSync(folder, 0o755);
  const postgres = await EmbeddedPostgres.start({ dataDir: join(folder, 'postgres'), fast: true });
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      rmSync(dirname(postgres.clusterDir), { recursive: true, force: true, maxRetries: 5 });
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function query(url, statement, parameters) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, parameters)).rows;
  } finally {
    await client.end();
  }
}

const models = `
INSERT INTO lastgood.models (id, display_name, family, max_context_tokens, input_usd_per_mtok, output_usd_per_mtok)
SELECT id, id, split_part(id, '/', 1), 1000000, 0.25, 2
FROM unnest(ARRAY['a/writer', 'b/writer', 'c/judge', 'd/judge', 'e/judge']) AS m(id);
INSERT INTO lastgood.judge_configs (language, role, model_id, weight, temperature, max_tokens, display_name)
VALUES ('any', 'primary', 'c/judge', 0.75, 0, 2048, 'c'), ('any', 'secondary', 'd/judge', 0.5, 0.3, 2048, 'd'),
  ('any', 'tiebreaker', 'e/judge', 0.25, 0.3, 2048, 'e');
INSERT INTO lastgood.context_reserves (language, reserve_percent) VALUES ('any', 0.2)`;

/** The rows of all courses, and as many courses with rows of their own as it takes. */
const phaseRows = `
INSERT INTO lastgood.phase_configs
  (phase, course_id, language, context_tier, model_id, fallback_model_id, temperature, max_tokens, max_context_tokens,
   max_retries)
SELECT 'stage_' || phase, CASE WHEN course > 0 THEN 'course-' || course END, 'any', 'standard', 'a/writer', 'b/writer',
  0.7, 8192, 128000, 3
FROM generate_series(0, $1::int / ${phasesOfCourse} - 1) AS course, generate_series(1, ${phasesOfCourse}) AS phase`;

/** The URL of a database with a configuration of so many phase rows. */
export async function databaseOf(server, rows) {
  const url = new URL(server);
  url.pathname = `/rows_${rows}`;
  await query(server, `CREATE DATABASE rows_${rows}`);
  await migrate(url.href);
  await query(url.href, models);
  await query(url.href, phaseRows, [rows]);
  await query(url.href, 'VACUUM ANALYZE');
  return url.href;
}
