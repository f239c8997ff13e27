import { setTimeout } from 'node:timers/promises';
import { askPostgres, type Answer } from './ask-postgres.js';
import { choosePort } from './choose-port.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { discardMisleadingPidFile, findPostmaster, type Postmaster } from './find-postmaster.js';
import { launchPostmaster } from './launch-postmaster.js';
import type { Notice } from './notice.js';
import { pollUntil } from './poll-until.js';
import type { PostgresUser } from './postgres-user.js';
import { stopPostmaster } from './stop-postmaster.js';

interface Request {
  clusterDir: string;
  binaries: string;
  user: PostgresUser;
  /** The remembered one, if any. */
  port?: number;
  /** The port is a promise to others: fail rather than choose another one. */
  samePort: boolean;
  fast: boolean;
  urlAt: (port: number) => string;
  notice: Notice;
}

interface Running {
  pid: number;
  port: number;
  adopted: boolean;
}

const RECOVERY_TIMEOUT_MS = 120_000;
const RETRY_FOR_MS = 20_000;
const RETRY_AFTER_MS = 50;

/** Takes over the postmaster that already serves the cluster, or starts one. */
export async function startPostmaster(
  request: Request,
  until = performance.now() + RETRY_FOR_MS,
): Promise<Running> {
  const { clusterDir, samePort, urlAt, notice } = request;
  const existing = await findPostmaster(clusterDir);
  if (existing) {
    const answer = await settle(existing, request);
    if (answer === 'ready') return { pid: existing.pid, port: existing.port, adopted: true };
    if (answer === 'silent') {
      notice('A database that was left running does not answer, it is started anew', { pid: existing.pid });
      await stopPostmaster(clusterDir);
    }
    return startPostmaster(request, until);
  }

  await discardMisleadingPidFile(clusterDir);
  const port = request.port ?? (await choosePort());
  const outcome = await launchPostmaster({ ...request, port, timeoutMs: RECOVERY_TIMEOUT_MS });
  if (outcome.state === 'ready') {
    const answer = await askPostgres(urlAt(port));
    if (answer === 'wrong-password') await stopPostmaster(clusterDir).then(() => refusePassword(clusterDir));
    return { pid: outcome.pid, port, adopted: false };
  }
  if (outcome.state === 'slow') throw stillRecovering(outcome.log);
  if (/Address already in use/.test(outcome.log) && performance.now() < until) {
    if (samePort && request.port !== undefined) throw portTaken(port);
    if (request.port)
      notice('The port of the database is taken by another program, another one is used', { taken: port });
    return startPostmaster({ ...request, port: undefined }, until);
  }
  // Another starter was faster, or backends of a killed postmaster are still on their way out.
  if (
    /lock file .* already exists|shared memory block .* still in use/.test(outcome.log) &&
    performance.now() < until
  ) {
    await setTimeout(RETRY_AFTER_MS);
    return startPostmaster(request, until);
  }
  throw EmbeddedPostgresError.from(new Error(`its last words were\n${outcome.log}`), clusterDir);
}

/** Waits while it starts, recovers or stops. */
async function settle({ pid, port }: Postmaster, { clusterDir, urlAt }: Request): Promise<Answer | 'gone'> {
  const settled = await pollUntil<Answer | 'gone'>(async () => {
    const now = await findPostmaster(clusterDir);
    if (now?.pid !== pid) return 'gone';
    if (now.status !== 'ready') return undefined;
    const answer = await askPostgres(urlAt(port));
    if (answer === 'wrong-password') return refusePassword(clusterDir);
    return answer === 'not-yet' ? undefined : answer;
  }, RECOVERY_TIMEOUT_MS);
  if (!settled) throw stillRecovering('');
  return settled;
}

function refusePassword(clusterDir: string): never {
  throw new EmbeddedPostgresError(
    'password-wrong',
    `The database in ${clusterDir} refuses the password in postgres-password: put back the file that belongs to it, or move the database away to begin with an empty one`,
  );
}

const portTaken = (port: number): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'port-taken',
    `Port ${port}, where the database is expected, is taken by another program: stop that program, then start the database again`,
  );

const stillRecovering = (log: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'start-failed',
    `The embedded Postgres is still recovering after ${RECOVERY_TIMEOUT_MS / 1000} s and goes on doing so: start again later\n${log}`,
  );
