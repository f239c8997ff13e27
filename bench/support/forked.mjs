// Measuring in a process of its own, which tells its result in one message.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @param script the URL of what runs */
export async function forked(script, args, execArgv = []) {
  const child = fork(fileURLToPath(script), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ${args.join(' ')} exited with ${code}`);
  });
  const [result] = await Promise.race([once(child, 'message'), failed]);
  await failed.catch(() => undefined);
  return result;
}
