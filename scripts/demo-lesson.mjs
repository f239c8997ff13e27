// Writes the sample lesson with a simulated model, on a database of its own: `npm run demo:lesson`.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LlmUpstream, simulatedLessonModel } from '../dist/src/testing/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'lastgood-demo-'));
// The embedded database may run as another user.
chmodSync(folder, 0o755);
const upstream = await LlmUpstream.start({
  answer: simulatedLessonModel({ score: (n) => (n <= 2 ? 0.8 : 0.92) }),
});
const { PATH, HOME, TERM } = process.env;
const env = {
  PATH,
  HOME,
  TERM,
  DATA_DIR: folder,
  LLM_BASE_URL: upstream.url,
  LLM_API_KEY: 'simulated',
};

/** Runs a command of the CLI, and settles with its exit code. */
function lastgood(args, stdout = 'inherit') {
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', stdout, 'inherit'],
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

try {
  console.error('The models of this demonstration are simulated, and so is every word that they write.\n');
  process.exitCode =
    (await lastgood(['config', 'import', join(root, 'sample/model-config.yaml'), '--yes'], 'ignore')) ||
    (await lastgood(
      ['prompts', 'import', join(root, 'sample/prompts.yaml'), '--reason', 'demo'],
      'ignore',
    )) ||
    (await lastgood(['lesson', 'run', join(root, 'sample/lesson.yaml')]));
} finally {
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
}
