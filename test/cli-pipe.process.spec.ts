import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(process.cwd(), 'dist/src/cli/main.js');

describe('a command whose output nobody reads', () => {
  it.each(['stdout', 'stderr'] as const)('ends as it would have ended: %s', async (unread) => {
    // Fails, and says so on stderr; or tells all settings on stdout.
    const args = unread === 'stdout' ? ['settings'] : ['narratives', 'prewarm', 'no-such-file.csv'];
    const { PATH } = process.env;
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child[unread].destroy();
    let told = '';
    child[unread === 'stdout' ? 'stderr' : 'stdout'].on(
      'data',
      (chunk: Buffer) => (told += chunk.toString()),
    );
    const [exitCode] = await once(child, 'exit');
    expect([exitCode, told]).toEqual([unread === 'stdout' ? 0 : 1, '']);
  });
});
