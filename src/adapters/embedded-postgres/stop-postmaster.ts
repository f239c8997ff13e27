import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findPostmaster } from './find-postmaster.js';
import { inspectProcess } from './inspect-process.js';
import { pollUntil } from './poll-until.js';

/** Stops whichever postmaster serves the cluster now; nothing committed is lost. False: there was none. */
export async function stopPostmaster(clusterDir: string, knownPid?: number): Promise<boolean> {
  const pid = (await findPostmaster(clusterDir))?.pid ?? knownPid;
  if (pid === undefined || (await inspectProcess(pid, clusterDir)) !== 'own') return false;
  const stopped =
    (await endsAfter('SIGINT', pid, clusterDir, 5_000)) || // its fast shutdown
    (await endsAfter('SIGQUIT', pid, clusterDir, 6_000)) || // its immediate one, which recovers at the next start
    (await endsAfter('SIGKILL', pid, clusterDir, 3_000));
  if (stopped) return true;
  throw new EmbeddedPostgresError('stop-failed', `Postgres (process ${pid}, ${clusterDir}) can't be stopped`);
}

async function endsAfter(signal: NodeJS.Signals, pid: number, clusterDir: string, patienceMs: number) {
  const hasEnded = async (): Promise<true | undefined> =>
    (await inspectProcess(pid, clusterDir)) === 'own' ? undefined : true;
  if (await hasEnded()) return true;
  try {
    process.kill(pid, signal);
    // One that was frozen (SIGSTOP) hears nothing until it is woken.
    if (process.platform !== 'win32') process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  return (await pollUntil(hasEnded, patienceMs, 10)) ?? false;
}
