import type { Command } from 'commander';
import { addServersOptions, askServers, type ServersOptions } from './ask-servers.js';
import { callServer } from './server-client.js';

interface Answer {
  readonly namespace: string;
  readonly frozen: { readonly reason: string; readonly by: string; readonly since: string } | null;
  readonly outlastsRestart: boolean;
  readonly serves: {
    readonly version: string | null;
    readonly source: string;
    readonly reason: string;
    readonly isStale: boolean;
  } | null;
}

function render({ namespace, frozen, outlastsRestart, serves }: Answer): string {
  const stale = serves?.isStale ? ', stale' : '';
  const served =
    serves && `; serves ${serves.version ?? '-'} from ${serves.source} (${serves.reason}${stale})`;
  const state =
    frozen === null ? 'follows its origin' : `frozen since ${frozen.since} by ${frozen.by}: ${frozen.reason}`;
  const warning =
    frozen === null || outlastsRestart ? '' : '; a restart is not frozen: nothing is kept on disk';
  return `${namespace} ${state}${served ?? ''}${warning}`;
}

const put =
  (frozen: boolean) =>
  (
    namespace: string,
    { reason, ...options }: ServersOptions & { readonly reason: string },
  ): Promise<void> => {
    const path = `/admin/cache/${encodeURIComponent(namespace)}/freeze`;
    const { keyFile } = options;
    return askServers(
      options,
      (url) =>
        callServer<Answer>({ ...(url && { url }), ...(keyFile && { keyFile }) }, 'PUT', path, {
          frozen,
          reason,
        }),
      render,
    );
  };

export function addFreezeCommands(program: Command): void {
  addServersOptions(
    program
      .command('freeze <namespace>')
      .description('have a server keep serving what it holds and apply nothing; needs no database')
      .requiredOption('--reason <text>', 'why'),
  ).action(put(true));
  addServersOptions(
    program
      .command('thaw <namespace>')
      .description('have a server follow the origin of a namespace again')
      .option('--reason <text>', 'why', 'thawed'),
  ).action(put(false));
}
