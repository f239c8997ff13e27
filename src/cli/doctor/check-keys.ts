import { askDatabase } from '../../platform/database/ask-database.js';
import { fail, notLookedAt, ok, warn, type Found } from './finding.js';

const soonDays = 14;

interface Key {
  readonly prefix: string;
  readonly name: string;
  readonly role: string;
  readonly endsSoon: boolean;
}

const keysSql = `
SELECT prefix, name, role, COALESCE(expires_at < now() + make_interval(days => $1), false) AS "endsSoon"
FROM lastgood.api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY expires_at`;

/** Somebody can administer this, and nobody is locked out soon. */
export function checkKeys(url: string, hasTokens: boolean, signal: AbortSignal): Promise<Found> {
  return askDatabase(url, signal, async (ask) => {
    const [table] = await ask<{ exists: boolean }>(
      `SELECT to_regclass('lastgood.api_keys') IS NOT NULL AS exists`,
    );
    if (!table!.exists) return notLookedAt('the database has no tables yet');
    const keys = await ask<Key & Record<string, unknown>>(keysSql, [soonDays]);
    const admins = keys.filter(({ role }) => role === 'admin');
    if (admins.length === 0 && !hasTokens)
      return fail('no key of an admin works', '"lastgood keys create NAME --role admin" makes one');
    const ending = keys.filter(({ endsSoon }) => endsSoon);
    if (ending.length > 0)
      return warn(
        `${ending.map(({ name, prefix }) => `${name} (${prefix})`).join(', ')} expires within ${soonDays} days`,
        '"lastgood keys rotate PREFIX --overlap 24h" makes the next one',
      );
    return ok(`${keys.length} work, of which ${admins.length} of an admin`);
  });
}
