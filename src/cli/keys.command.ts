import { InvalidArgumentError, type Command } from 'commander';
import { ApiKeyRepository, roles, type ListedKey, type Role } from '../platform/security/index.js';
import { addBreakGlassCommands } from './keys-break-glass.command.js';
import { localCaller } from './local-caller.js';
import { parseDuration } from './parse-duration.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { withContext } from './with-context.js';

function roleOf(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw new InvalidArgumentError(`one of ${roles.join(', ')}`);
  return role;
}

function prefixOf(text: string): string {
  if (!/^[A-Za-z0-9_-]{8}$/.test(text)) {
    throw new InvalidArgumentError('the 8 characters behind "lg_", as `keys list` shows them');
  }
  return text;
}

const withKeys = <R>(work: (keys: ApiKeyRepository) => Promise<R>): Promise<R> =>
  withContext((context) => work(context.get(ApiKeyRepository)));

/** A key is shown before it is stored: where that fails, whoever reads it must not take it for one. */
async function showing<R>(work: (hand: (key: string) => void) => Promise<R>): Promise<R> {
  let isShown = false;
  try {
    return await work((key) => {
      print(key);
      isShown = true;
    });
  } catch (error) {
    if (isShown)
      tell('the key above is none unless "lastgood keys list" shows it: it was not stored as it should be');
    throw error;
  }
}

async function create(name: string, { role, expiresIn }: { role: Role; expiresIn?: number }): Promise<void> {
  const expiresAt = expiresIn === undefined ? null : new Date(Date.now() + expiresIn);
  await withKeys((keys) =>
    showing((hand) => keys.create(name, role, expiresAt, hand, localCaller('keys create'))),
  );
}

const toRow = ({ prefix, name, role, createdAt, expiresAt, lastUsedAt, state }: ListedKey) => ({
  prefix,
  name,
  role,
  created: createdAt,
  expires: expiresAt,
  'last used': lastUsedAt,
  state,
});

async function list({ json }: { json?: boolean }): Promise<void> {
  const listed = await withKeys((keys) => keys.list());
  if (json) return print(JSON.stringify(listed, null, 2));
  print(listed.length === 0 ? 'there is no key yet' : renderTable(listed.map(toRow)));
}

async function revoke(prefix: string): Promise<void> {
  await withKeys((keys) => keys.revoke(prefix, localCaller('keys revoke')));
  print(`revoked ${prefix}`);
}

async function rotate(prefix: string, { overlap }: { overlap: number }): Promise<void> {
  const ends = await withKeys((keys) =>
    showing((hand) => keys.rotate(prefix, overlap, hand, localCaller('keys rotate'))),
  );
  // The key is all there is on stdout, as for `create`.
  process.stderr.write(`the old key ${prefix} works until ${ends.toISOString()}\n`);
}

export function addKeysCommands(program: Command): void {
  const keys = program.command('keys').description('API keys');
  keys
    .command('create <name>')
    .description('make a key; it is printed once and stored nowhere')
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`, roleOf)
    .option('--expires-in <time>', 'how long it works, as in 90d; without it, for ever', parseDuration)
    .action(create);
  keys
    .command('list')
    .description('every key there ever was: what is shown of it cannot be used')
    .option('--json', 'for programs, instead of a table')
    .action(list);
  keys
    .command('revoke')
    .argument('<prefix>', 'the 8 characters behind "lg_"', prefixOf)
    .description('end a key at once, in every process')
    .action(revoke);
  keys
    .command('rotate')
    .argument('<prefix>', 'the 8 characters behind "lg_"', prefixOf)
    .description('make a key of the same name, role and lifetime; the old one works on for a while')
    .requiredOption('--overlap <time>', 'how long the old key works on, as in 24h', parseDuration)
    .action(rotate);
  addBreakGlassCommands(keys);
}
