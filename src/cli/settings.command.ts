import type { Command } from 'commander';
import { renderEnvExample, renderSettingsTable } from '../platform/config/render-settings.js';
import { print } from './print.js';

export function addSettingsCommand(program: Command): void {
  program
    .command('settings')
    .description('every setting, its default and what it does')
    .option('--markdown', 'as a table, instead of the text of an .env file')
    .action(({ markdown }: { markdown?: boolean }) =>
      print(markdown ? renderSettingsTable() : renderEnvExample()),
    );
}
