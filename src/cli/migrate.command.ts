import type { Command } from 'commander';
import { migrate, revertMigration, showMigrations } from '../platform/database/index.js';
import { print } from './print.js';
import { withDatabase } from './with-database.js';

export function addMigrateCommands(program: Command): void {
  const command = program
    .command('migrate')
    .description('the database schema (the server also does it, at start)');
  command
    .command('run')
    .description('apply what is pending')
    .action(() =>
      withDatabase(async (_settings, url) => {
        const applied = await migrate(url);
        print(applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing is pending');
      }),
    );
  command
    .command('revert')
    .description('take back the newest')
    .action(() =>
      withDatabase(async (_settings, url) => {
        const reverted = await revertMigration(url);
        print(reverted === null ? 'nothing is applied' : `reverted ${reverted}`);
      }),
    );
  command
    .command('show')
    .description('list all of them')
    .option('--json', 'for programs, instead of lines')
    .action(({ json = false }: { json?: boolean }) =>
      withDatabase(async (_settings, url) => {
        const all = await showMigrations(url);
        if (json) return print(JSON.stringify(all, null, 2));
        for (const { name, applied } of all) print(`${applied ? '[x]' : '[ ]'} ${name}`);
      }),
    );
}
