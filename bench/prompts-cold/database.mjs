// The database of the server, past it: a template, and what 100,000 people set.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const { Client } = createRequire(new URL('../../package.json', import.meta.url))('pg');

export const people = 100_000;
const peopleAtOnce = 10_000;

async function query(dataDir, ...statements) {
  const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'));
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  try {
    let rows = [];
    for (const [statement, parameters] of statements) ({ rows } = await client.query(statement, parameters));
    return rows;
  } finally {
    await client.end();
  }
}

const template = `
INSERT INTO lastgood.prompt_templates (node_name, language, version, body, required_dynamic_placeholders)
  VALUES ('a_bench', 'any', 1, '{{ p0 }} {{ p1 }} {{ p2 }} {{ p3 }} {{ p4 }} {{ p5 }} {{ p6 }} {{ p7 }} {{ p8 }} {{ p9 }}', '{}');
INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ('a_bench', 'any', 'production', 1);
INSERT INTO lastgood.placeholders SELECT 'p' || n, 'of a benchmark' FROM generate_series(0, 9) AS n`;
const settings = `
INSERT INTO lastgood.user_placeholder_settings
SELECT person, 'p' || n, n || ' of ' || person FROM generate_series($1::int, $2::int) AS person, generate_series(0, 9) AS n`;

/** Milliseconds it took. */
export async function seed(dataDir) {
  const from = performance.now();
  const parts = Array.from({ length: people / peopleAtOnce }, (_, part) => [
    settings,
    [part * peopleAtOnce + 1, (part + 1) * peopleAtOnce],
  ]);
  await query(dataDir, [template], ...parts, ['VACUUM ANALYZE']);
  return performance.now() - from;
}

/** Scans of the settings since the server of the database began to count. */
export async function settingsScans(dataDir) {
  const [row] = await query(dataDir, [
    `SELECT idx_scan::float8 AS "byIndex", seq_scan::float8 AS whole FROM pg_stat_user_tables
     WHERE relid = 'lastgood.user_placeholder_settings'::regclass`,
  ]);
  return row;
}

/** Postgres tells its statistics about a second late. */
export const settle = () => delay(2_000);
