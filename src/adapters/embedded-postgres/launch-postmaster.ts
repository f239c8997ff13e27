import { spawn } from 'node:child_process';
import { findPostmaster } from './find-postmaster.js';
import { pollUntil } from './poll-until.js';
import { openPostgresLog, readLastLines } from './postgres-log.js';
import type { PostgresUser } from './postgres-user.js';
import { binaryOptions, binaryPath } from './run-binary.js';

interface Request {
  clusterDir: string;
  binaries: string;
  user: PostgresUser;
  port: number;
  fast: boolean;
  timeoutMs: number;
}

export type Outcome = { state: 'ready'; pid: number } | { state: 'exited' | 'slow'; log: string };

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=64MB',
  'timezone=UTC',
  // The words of the log are matched, and are for the operator.
  'lc_messages=C',
];
const FAST_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  // Of all applications of all tests that run at once, those cut off included.
  'max_connections=400',
];

/** Starts a postmaster that outlives this process, and waits until it is ready or has ended. */
export async function launchPostmaster(request: Request): Promise<Outcome> {
  const { clusterDir, binaries, user, port, fast, timeoutMs } = request;
  const settings = [...SETTINGS, ...(fast ? FAST_SETTINGS : [])].flatMap((setting) => ['-c', setting]);
  const log = openPostgresLog(clusterDir);
  const child = spawn(binaryPath(binaries, 'postgres'), ['-D', clusterDir, '-p', String(port), ...settings], {
    ...binaryOptions(binaries, user),
    stdio: ['ignore', log.descriptor, log.descriptor],
    // Its own process group: Ctrl-C is for node, which then stops Postgres in order.
    detached: true,
  });
  let ended = false;
  let failure: Error | undefined;
  child.once('exit', () => (ended = true));
  child.once('error', (error) => (failure = error));
  child.unref();
  log.close();

  const state = await pollUntil(async () => {
    if (failure) throw failure;
    if (ended) return 'exited' as const;
    const found = await findPostmaster(clusterDir);
    return found && found.pid === child.pid && found.status === 'ready' ? ('ready' as const) : undefined;
  }, timeoutMs);
  if (state === 'ready') return { state, pid: child.pid! };
  return { state: state ?? 'slow', log: await readLastLines(log) };
}
