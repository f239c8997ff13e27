// Measuring in a process of its own, which tells its result in one message.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const withinMs = 180_000;

/**
 * @param script the URL of what runs
 * @throws where it ends without a result, or has none in three minutes
 */
export async function forked(script, args, execArgv = []) {
  const child = fork(fileURLToPath(script), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const tooLong = setTimeout(() => child.kill('SIGTERM'), withinMs);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ${args.join(' ')} exited with ${code}`);
  });
  failed.catch(() => clearTimeout(tooLong));
  const [result] = await Promise.race([once(child, 'message'), failed]);
  await failed.catch(() => undefined);
  return result;
}
