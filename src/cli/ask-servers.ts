import type { Command } from 'commander';
import { exitCodes } from './exit-codes.js';
import { print, tell } from './print.js';
import { ServerUnreachableError } from './server-unreachable.error.js';

/** Which servers a command asks, one after the other, and as whom. */
export interface ServersOptions {
  readonly url?: readonly string[];
  readonly keyFile?: string;
  readonly json?: boolean;
}

export function addServersOptions(command: Command): Command {
  return command
    .option('--url <url...>', 'each server that is meant; else LASTGOOD_URL, else this machine at PORT')
    .option('--key-file <file>', 'holds the API key; else the key in LASTGOOD_KEY, else DATA_DIR/admin-key')
    .option('--json', 'for programs');
}

/** Asks all of them, whatever the others say; one that could not do it decides the exit code. */
export async function askServers<Answer extends object>(
  { url = [], json = false }: ServersOptions,
  ask: (url: string | undefined) => Promise<Answer>,
  render: (answer: Answer) => string,
): Promise<void> {
  const targets = url.length === 0 ? [undefined] : url;
  for (const target of targets) {
    const name = target === undefined ? '' : `${target}: `;
    try {
      const answer = await ask(target);
      print(
        json
          ? JSON.stringify({ ...(target !== undefined && { url: target }), ...answer })
          : `${name}${render(answer)}`,
      );
    } catch (error) {
      const isAway = error instanceof ServerUnreachableError;
      tell(`${isAway ? '' : name}${error instanceof Error ? error.message : String(error)}`);
      // What was refused has to be looked at; who is away may be asked again.
      if (!isAway) process.exitCode = exitCodes.failed;
      else process.exitCode ??= exitCodes.unreachable;
    }
  }
}
