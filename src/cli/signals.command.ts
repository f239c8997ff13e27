import { InvalidArgumentError, type Command } from 'commander';
import { reasonSchema } from '../platform/http/reason-schema.js';
import { atOnce } from './at-once.js';
import { parseAs } from './parse-as.js';
import { flushSignals } from './signals-flush.js';
import { showSignalStats } from './signals-stats.js';
import { showSignalTypes } from './signals-types.js';
import { warmSignals } from './signals-warm.js';

/** `game_id=g1`, each adding to what was given before. */
function placeholder(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('as in game_id=g1');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

export function addSignalsCommands(program: Command): void {
  const command = program
    .command('signals')
    .description('inputs that rot: what is held of them, and how to be rid of it');
  command
    .command('stats')
    .description('what all servers hold of each type, how often it is hit, and how old it is')
    .option('--json', 'for programs, instead of a table')
    .action(showSignalStats);
  command
    .command('flush')
    .description('remove signals from every tier of every server')
    .option('--type <type>', 'as in odds; without it, every type that has the placeholder')
    .option('--where <placeholder=value>', 'the first placeholders of the key, as in game_id=g1', placeholder)
    .requiredOption('--reason <text>', 'why', parseAs(reasonSchema))
    .option('--json', 'for programs, instead of a table')
    .action(flushSignals);
  command
    .command('warm')
    .description('load into Redis what games will ask for')
    .requiredOption('--games <file>', 'YAML or JSON, as sample/games.yaml')
    .option('--concurrency <count>', 'how many at once', atOnce, 8)
    .option('--json', 'for programs, instead of a table')
    .action(warmSignals);
  command
    .command('types')
    .description('what runtime.yml says, or all that is wrong with it; needs no database')
    .option('--json', 'for programs, instead of a table')
    .action(showSignalTypes);
}
