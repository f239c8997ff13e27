import type { Command } from 'commander';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start the server, in the foreground')
    .action(async () => void (await import('../main.js')));
}
