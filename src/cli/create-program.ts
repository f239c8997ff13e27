import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../platform/config/index.js';
import { addAuditCommands } from './audit.command.js';
import { addCacheCommands } from './cache.command.js';
import { addClusterCommand } from './cluster.command.js';
import { addConfigCommands } from './config.command.js';
import { addDatabaseCommands } from './database.command.js';
import { addDoctorCommand } from './doctor.command.js';
import { addEpochCommands } from './epoch.command.js';
import { addFreezeCommands } from './freeze.command.js';
import { addKeysCommands } from './keys.command.js';
import { addLessonCommands } from './lesson.command.js';
import { addMigrateCommands } from './migrate.command.js';
import { addNarrativesCommands } from './narratives.command.js';
import { addPromptsCommands } from './prompts.command.js';
import { addSettingsCommand } from './settings.command.js';
import { addSignalsCommands } from './signals.command.js';
import { addSnapshotCommands } from './snapshot.command.js';

/** Every command there is; `docs/cli.md` is made from this. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = new Command('lastgood')
    .description('LLM configuration that keeps serving its last good answer')
    .version(version)
    .showHelpAfterError('Run it with --help for what there is.');
  program
    .command('start')
    .description('start the server, in the foreground')
    .action(async () => void (await import('../main.js')));
  addDoctorCommand(program);
  addMigrateCommands(program);
  addConfigCommands(program);
  addKeysCommands(program);
  addCacheCommands(program);
  addClusterCommand(program);
  addAuditCommands(program);
  addEpochCommands(program);
  addFreezeCommands(program);
  addSnapshotCommands(program);
  addDatabaseCommands(program);
  addLessonCommands(program);
  addNarrativesCommands(program);
  addPromptsCommands(program);
  addSignalsCommands(program);
  addSettingsCommand(program);
  return program;
}
