import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { DataFolderLock } from '../adapters/disk/data-folder-lock.js';
import { readSettings } from '../platform/config/read-settings.js';
import { addServersOptions, askServers, type ServersOptions } from './ask-servers.js';
import { localCaller } from './local-caller.js';
import { print } from './print.js';
import { addServerOptions, callServer, type ServerOptions } from './server-client.js';

const path = '/admin/config/snapshot';

interface Exported {
  readonly version: string;
  readonly confirmedAt: string;
}

interface Served {
  readonly version: string;
  readonly outlastsRestart: boolean;
}

interface LoadOptions extends ServersOptions {
  readonly reason: string;
  readonly offline?: boolean;
}

async function exportTo(file: string, options: ServerOptions): Promise<void> {
  const document = await callServer<Exported>(options, 'GET', path);
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  print(`${file}: version ${document.version}, confirmed at ${document.confirmedAt}`);
}

async function load(file: string, { reason, offline, ...options }: LoadOptions): Promise<void> {
  const snapshot = readDocument(file, await readFile(file, 'utf8'));
  if (offline) return keep(snapshot, reason);
  const { keyFile } = options;
  await askServers(
    options,
    (url) =>
      callServer<Served>({ ...(url && { url }), ...(keyFile && { keyFile }) }, 'POST', path, {
        reason,
        snapshot,
      }),
    ({ version, outlastsRestart }) =>
      `serves version ${version} of ${file} until it is thawed${outlastsRestart ? '' : ', or restarted'}`,
  );
}

/** For a process that does not start, because it holds nothing. */
async function keep(snapshot: unknown, reason: string): Promise<void> {
  const settings = readSettings();
  // Only this needs more than the server does.
  const { keepForNextStart } = await import('../features/model-config/index.js');
  const lock = await DataFolderLock.acquire(settings.dataDir);
  try {
    await keepForNextStart(settings, snapshot, { by: localCaller('snapshot load').actor.id, reason });
  } finally {
    await lock.release();
  }
  print(`the next start on ${settings.dataDir} serves it, frozen`);
}

function readDocument(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

export function addSnapshotCommands(program: Command): void {
  const command = program
    .command('snapshot')
    .description('carry a signed configuration from one server to another; needs no database');
  addServerOptions(
    command.command('export <file>').description('write what a server serves, stale or not, signed'),
  ).action(exportTo);
  addServersOptions(
    command
      .command('load <file>')
      .description('freeze the configuration of a server, and have it serve this snapshot, newer or not')
      .requiredOption('--reason <text>', 'why')
      .option('--offline', 'for the next start on DATA_DIR, where nothing runs now'),
  ).action(load);
}
