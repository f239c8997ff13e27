#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { addAuditCommands } from './audit.command.js';
import { addConfigCommands } from './config.command.js';
import { addDatabaseCommands } from './database.command.js';
import { addKeysCommands } from './keys.command.js';
import { addLessonCommands } from './lesson.command.js';
import { addMigrateCommands } from './migrate.command.js';
import { addNarrativesCommands } from './narratives.command.js';
import { addPromptsCommands } from './prompts.command.js';
import { addSettingsCommand } from './settings.command.js';
import { addSignalsCommands } from './signals.command.js';

// Who stops reading, as `head` does, is no reason to end what was begun, nor to fail.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const program = new Command('lastgood')
  .description('LLM configuration that keeps serving its last good answer')
  .showHelpAfterError();

program
  .command('start')
  .description('start the server')
  .action(async () => void (await import('../main.js')));
addMigrateCommands(program);
addConfigCommands(program);
addKeysCommands(program);
addAuditCommands(program);
addDatabaseCommands(program);
addLessonCommands(program);
addNarrativesCommands(program);
addPromptsCommands(program);
addSignalsCommands(program);
addSettingsCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
