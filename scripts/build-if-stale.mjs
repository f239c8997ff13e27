// Before `npm start`: builds what changed since the last build, without checking types (`npm run check` does that).
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const buildInfo = 'dist/.tsbuildinfo';
const builtAt = statSync(buildInfo, { throwIfNoEntry: false })?.mtimeMs ?? 0;
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
  // The compiler leaves it as it is where nothing that it compiles has changed: every start would build again.
  if (status === 0) utimesSync(buildInfo, new Date(), new Date());
}
