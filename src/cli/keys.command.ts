import { InvalidArgumentError, type Command } from 'commander';
import { ApiKeyRepository, roles, type Role } from '../platform/security/index.js';
import { print } from './print.js';
import { withContext } from './with-context.js';

function roleOf(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw new InvalidArgumentError(`one of ${roles.join(', ')}`);
  return role;
}

export function addKeysCommands(program: Command): void {
  program
    .command('keys')
    .description('API keys')
    .command('create <name>')
    .description('make a key; it is printed once and stored nowhere')
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`, roleOf)
    .action((name: string, { role }: { role: Role }) =>
      withContext((context) => context.get(ApiKeyRepository).create(name, role, null, print)),
    );
}
