import { askDatabase, type Ask } from '../../platform/database/ask-database.js';
import { migrationNames } from '../../platform/database/migration-names.js';
import { ok, warn, type Found } from './finding.js';

/** What this build would apply, and what the database has that it does not know. */
export function checkMigrations(url: string, signal: AbortSignal): Promise<Found> {
  return askDatabase(url, signal, async (ask) => {
    const names = migrationNames();
    const applied = await readApplied(ask);
    const pending = names.filter((name) => !applied.has(name));
    const unknown = [...applied].filter((name) => !names.includes(name));
    if (unknown.length > 0)
      return warn(
        `the database is ahead of this build by ${list(unknown)}`,
        'run the newer build, or take them back with it: "lastgood migrate revert"',
      );
    if (pending.length === 0) return ok(`all ${names.length} are applied`);
    return warn(
      `${pending.length} of ${names.length} are pending: ${list(pending)}`,
      '"lastgood migrate run" applies them; so does the next start of a server',
    );
  });
}

async function readApplied(ask: Ask): Promise<ReadonlySet<string>> {
  const [table] = await ask<{ exists: boolean }>(
    `SELECT to_regclass('lastgood.migrations') IS NOT NULL AS exists`,
  );
  if (!table!.exists) return new Set();
  return new Set(
    (await ask<{ name: string }>('SELECT name FROM lastgood.migrations')).map(({ name }) => name),
  );
}

const shown = 3;
const list = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
