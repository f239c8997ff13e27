import { fail, ok, warn, type Found } from './finding.js';
import { askDatabase, placeOf } from '../../platform/database/ask-database.js';

const oldestVersion = 15;
const slowMs = 250;

interface Facts {
  readonly version: number;
  readonly name: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly user: string;
  readonly hasSchema: boolean;
  readonly mayMake: boolean;
  readonly mayMigrate: boolean | null;
  /** Tables of ours that this user cannot read and write. */
  readonly closed: readonly string[];
}

const factsSql = `
SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_version') AS name,
  pg_is_in_recovery() AS "isStandby", current_user AS "user",
  COALESCE((SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only'), false) AS "isReadOnly",
  n.oid IS NOT NULL AS "hasSchema", has_database_privilege(current_database(), 'CREATE') AS "mayMake",
  has_schema_privilege(n.oid, 'CREATE') AS "mayMigrate",
  ARRAY(SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
    AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
      AND has_table_privilege(c.oid, 'INSERT')) ORDER BY 1) AS closed
FROM (SELECT to_regnamespace('lastgood')::oid AS oid) n`;

/** It is there, new enough, the primary, and ours to write to. */
export function checkDatabase(url: string, signal: AbortSignal): Promise<Found> {
  return askDatabase(url, signal, async (ask) => {
    const [facts] = await ask<Facts & Record<string, unknown>>(factsSql);
    const sentAt = performance.now();
    await ask('SELECT 1');
    return judge(facts!, performance.now() - sentAt, placeOf(url));
  });
}

function judge(facts: Facts, tookMs: number, place: string): Found {
  const { version, name, isStandby, user, closed } = facts;
  const grant = `grant it to "${user}", or name another user in DATABASE_URL`;
  if (version < oldestVersion)
    return fail(
      `${place} is Postgres ${name}, and ${oldestVersion} is the oldest that will do`,
      'upgrade it, or name another one in DATABASE_URL',
    );
  if (isStandby)
    return fail(`${place} is a standby, which takes no changes`, 'name the primary in DATABASE_URL');
  if (facts.isReadOnly)
    return fail(
      `${place} takes no changes from "${user}": default_transaction_read_only is on`,
      'turn it off for that user; many providers turn it on when the disk is full',
    );
  if (!facts.hasSchema && !facts.mayMake)
    return fail(
      `"${user}" may not make the schema "lastgood" in ${place}: CREATE on the database is missing`,
      grant,
    );
  if (closed.length > 0)
    return fail(`"${user}" may not read and write lastgood.${closed.join(', lastgood.')}`, grant);
  const told = `Postgres ${name} at ${place}, the primary, answers in ${tookMs.toFixed(1)} ms`;
  if (facts.mayMigrate === false)
    return warn(
      `${told}; "${user}" may not change the schema "lastgood"`,
      'run "lastgood migrate run" as a user who may before each upgrade',
    );
  if (tookMs > slowMs)
    return warn(told, 'it is far away, or has too much to do: what is changed arrives late');
  return ok(told);
}
