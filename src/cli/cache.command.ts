import { InvalidArgumentError, type Command } from 'commander';
import { reasonSchema } from '../platform/http/reason-schema.js';
import { explainKey, listCacheEntries, showCacheStats } from './cache-views.js';
import { invalidate } from './cache-invalidate.js';
import { parseAs } from './parse-as.js';
import { addServerOptions } from './server-client.js';

const json = ['--json', 'for programs, instead of a table'] as const;

function namespaceOf(text: string): string {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(text)) throw new InvalidArgumentError('a name as model-config');
  return text;
}

function pageSize(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1_000)
    throw new InvalidArgumentError('a whole number from 1 to 1000');
  return Number(text);
}

export function addCacheCommands(program: Command): void {
  const command = program
    .command('cache')
    .description('the caches of a server that runs; reading them needs no database');
  const of = (name: string) =>
    addServerOptions(command.command(name)).argument('<namespace>', 'as in model-config', namespaceOf);
  addServerOptions(command.command('stats'))
    .description('entries, hits and sizes of each namespace, in each tier')
    .option(...json)
    .action(showCacheStats);
  of('explain')
    .argument('<key>', 'as "cache entries" lists it')
    .description('what each tier holds of one key, and why it is served as it is')
    .option(...json)
    .action(explainKey);
  of('entries')
    .description('what that process holds in memory, by key; no values')
    .option('--prefix <text>', 'how the keys begin')
    .option('--limit <count>', 'how many at most', pageSize, 100)
    .option('--after <key>', 'the last key of the page before')
    .option(...json)
    .action(listCacheEntries);
  of('invalidate')
    .description('mark entries stale in every process: one of --key, --scope or --prefix')
    .option('--key <key>', 'one entry')
    .option('--scope <scope>', 'everything that was read within it, as in judges:ru')
    .option('--prefix <prefix>', 'all keys that begin so; it ends with ":"')
    .requiredOption('--reason <text>', 'why', parseAs(reasonSchema))
    .option(...json)
    .action(invalidate);
}
