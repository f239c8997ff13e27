import { narrativeKeyOf } from './narrative-requests.js';
import type { TestApp } from './test-app.js';

/** What nothing else in the database is called. */
export const person = 'ann-5d1f0c7e';

interface Erased {
  readonly requests: number;
  readonly purged: number;
  readonly kept: number;
  readonly rationale: string;
  readonly version: string;
}

/** Has a person erased, by the path given. */
export const eraseAt =
  (base: string) =>
  (app: TestApp, userId = person) =>
    app.ask<Erased>(`${base}/user/${encodeURIComponent(userId)}`, { method: 'DELETE', as: 'admin' });
export const erase = eraseAt('/api/v1/narratives');

/** Every table of ours and of the job queue's that holds this in any column of a row. */
export async function placesOf(app: TestApp, text: string): Promise<string[]> {
  const tables = await app.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('lastgood', 'lastgood_jobs') ORDER BY 1`,
  );
  const searches = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name} t WHERE position($1 IN t::text) > 0)`,
  );
  const found = await app.sql<{ name: string }>(searches.join(' UNION ALL '), [text]);
  return found.map(({ name }) => name);
}

/** The rows of a person. */
export const requestsOf = (app: TestApp, userId = person) =>
  app.sql<{ narrative_key: string }>('SELECT * FROM lastgood.narrative_requests WHERE user_id = $1', [
    userId,
  ]);
/** Those of the keys that were ever purged. */
export const purgesOf = async (app: TestApp, ...names: readonly string[]) => {
  const rows = await app.sql<{ scope: string }>(
    `SELECT scope FROM lastgood.cache_operations WHERE namespace = 'narratives' AND kind = 'purged' ORDER BY scope`,
  );
  const scopes = new Set(rows.map(({ scope }) => scope));
  return names.filter((name) => scopes.has(`@narratives=${narrativeKeyOf(name)}`));
};
