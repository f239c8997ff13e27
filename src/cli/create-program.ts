import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../platform/config/package-root.js';
import { commandGroups } from './command-groups.js';

/**
 * The commands that `wanted` is among, or every command there is; `docs/cli.md` is made from these.
 * @param wanted the first word that was typed: what other commands need is not read from the disk
 */
export async function createProgram(wanted?: string): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = new Command('lastgood')
    .description('LLM configuration that keeps serving its last good answer')
    .version(version)
    .showHelpAfterError('Run it with --help for what there is.');
  const only = commandGroups.filter(({ names }) => wanted !== undefined && names.includes(wanted));
  for (const { load } of only.length > 0 ? only : commandGroups) (await load())(program);
  return program;
}
