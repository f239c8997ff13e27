import type { Command } from 'commander';
import { migrate, revertMigration, showMigrations } from '../platform/database/index.js';
import { print, printJson } from './print.js';
import { withDatabase } from './with-database.js';

interface Output {
  readonly json?: boolean;
}

const json = ['--json', 'for programs, instead of lines'] as const;

export function addMigrateCommands(program: Command): void {
  const command = program
    .command('migrate')
    .description('the database schema (the server also does it, at start)');
  command
    .command('run')
    .description('apply what is pending')
    .option(...json)
    .action((output: Output) =>
      withDatabase(async (_settings, url) => {
        const applied = await migrate(url);
        if (output.json) return printJson({ applied });
        print(applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing is pending');
      }),
    );
  command
    .command('revert')
    .description('take back the newest')
    .option(...json)
    .action((output: Output) =>
      withDatabase(async (_settings, url) => {
        const reverted = await revertMigration(url);
        if (output.json) return printJson({ reverted });
        print(reverted === null ? 'nothing is applied' : `reverted ${reverted}`);
      }),
    );
  command
    .command('show')
    .description('list all of them')
    .option(...json)
    .action((output: Output) =>
      withDatabase(async (_settings, url) => {
        const all = await showMigrations(url);
        if (output.json) return printJson(all);
        for (const { name, applied } of all) print(`${applied ? '[x]' : '[ ]'} ${name}`);
      }),
    );
}
