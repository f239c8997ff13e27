#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { addAuditCommands } from './audit.command.js';
import { addConfigCommands } from './config.command.js';
import { addDatabaseCommands } from './database.command.js';
import { addKeysCommands } from './keys.command.js';
import { addLessonCommands } from './lesson.command.js';
import { addMigrateCommands } from './migrate.command.js';
import { addPromptsCommands } from './prompts.command.js';
import { addSettingsCommand } from './settings.command.js';

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
addPromptsCommands(program);
addSettingsCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
