import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { ConfigPublisher, readConfigDocument } from '../features/model-config/index.js';
import { print } from './print.js';
import { withContext } from './with-context.js';

async function importFile(file: string, { reason }: { reason: string }): Promise<void> {
  const document = readConfigDocument(await readFile(file, 'utf8'));
  await withContext(async (context) => {
    const author = `cli:${process.getuid?.() ?? 'user'}`;
    const { version, changes } = await context.get(ConfigPublisher).import(document, { author, reason });
    for (const { row, kind, fields } of changes) {
      print(`${kind} ${row}${kind === 'changed' ? `: ${Object.keys(fields).join(', ')}` : ''}`);
    }
    print(changes.length > 0 ? `version ${version}` : `nothing to change, version ${version}`);
  });
}

export function addConfigCommands(program: Command): void {
  program
    .command('config')
    .description('models, phases, judges and reserves')
    .command('import <file>')
    .description('bring in every row of a YAML or JSON document; rows it does not name stay')
    .option('--reason <text>', 'why', 'imported')
    .action(importFile);
}
