import type { Command } from 'commander';
import { readSettings } from '../platform/config/read-settings.js';
import { BreakGlassFile, endOf, type BreakGlassKey } from '../platform/security/index.js';
import { parseDuration } from './parse-duration.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';

const file = () => new BreakGlassFile(readSettings().dataDir);

const toRow = (key: BreakGlassKey) => ({
  prefix: key.prefix,
  name: key.name,
  created: key.createdAt,
  expires: new Date(endOf(key)).toISOString(),
  state: endOf(key) > Date.now() ? 'active' : 'expired',
});

async function create({ name, expiresIn }: { name: string; expiresIn: number }): Promise<void> {
  const keys = file();
  const made = await keys.create(name, expiresIn, print);
  // The key is all there is on stdout.
  tell(`its verifier is in ${keys.path}, and it works until ${made.expiresAt}; copy the file to every node`);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const rows = (await file().read()).map(toRow);
  if (json) return print(JSON.stringify(rows, null, 2));
  print(rows.length === 0 ? 'there is no break-glass key' : renderTable(rows));
}

async function revoke(prefix: string): Promise<void> {
  const keys = file();
  await keys.revoke(prefix);
  print(`revoked ${prefix} in ${keys.path}`);
}

/** They work on files alone: there may be neither a database nor a server when they are needed. */
export function addBreakGlassCommands(keys: Command): void {
  const command = keys
    .command('break-glass')
    .description('admin keys whose verifier is a file in DATA_DIR, for when the database is gone');
  command
    .command('create')
    .description('make a key; it is printed once and stored nowhere')
    .requiredOption('--expires-in <time>', 'how long it works, as in 30d; 90d at most', parseDuration)
    .option('--name <name>', 'who it is for, as the audit tells it', 'break glass')
    .action(create);
  command
    .command('list')
    .description('those that this folder knows: what is shown of them cannot be used')
    .option('--json', 'for programs, instead of a table')
    .action(list);
  command
    .command('revoke <prefix>')
    .description(
      'end a key in this folder, within a second: on every other node the file has to be changed as well',
    )
    .action(revoke);
}
