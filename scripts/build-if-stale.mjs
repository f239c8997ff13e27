// Before `npm start`: builds what changed since the last build, without checking types (`npm run check` does that).
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const builtAt = statSync('dist/.tsbuildinfo', { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = ['src', 'migrations'].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((file) => join(folder, file)),
);
const isStale = [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].some(
  (file) => statSync(file).mtimeMs > builtAt,
);
if (isStale) {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noCheck'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
