import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tempFolder } from './temp-folder.js';

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** What a user of the example has for developing, of what only our development has as well. */
const ofTheUser = new Set(['typescript', '@types/node', 'undici-types']);

/**
 * The example application with the packed tarball in it, as `npm install` leaves it: the tarball is unpacked, and of
 * what is installed here all that is no devDependency of ours stands beside it, by links.
 */
export class InstalledPackage {
  private constructor(
    /** Of the application. */
    readonly folder: string,
    readonly files: readonly string[],
    readonly tarballBytes: number,
  ) {}

  static create(): InstalledPackage {
    const folder = tempFolder('nest-app');
    cpSync(resolve('examples', 'nest-app'), folder, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ filename, files, size }] = Object.values(
      JSON.parse(packed) as Record<string, { filename: string; size: number; files: { path: string }[] }>,
    ) as [{ filename: string; size: number; files: { path: string }[] }];
    const own = join(folder, 'node_modules', 'lastgood');
    mkdirSync(own, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', own]);
    for (const name of installedNames()) link(folder, name);
    return new InstalledPackage(
      folder,
      files.map(({ path }) => path),
      size,
    );
  }

  get node_modules(): readonly string[] {
    return readdirSync(join(this.folder, 'node_modules'));
  }

  /** A file of the installed package. */
  file(...parts: string[]): string {
    return join(this.folder, 'node_modules', 'lastgood', ...parts);
  }

  /** What `node_modules/.bin/lastgood` leads to. */
  get bin(): string {
    const { bin } = JSON.parse(readFileSync(this.file('package.json'), 'utf8')) as {
      bin: { lastgood: string };
    };
    return this.file(bin.lastgood);
  }
}

function installedNames(): string[] {
  const { packages } = JSON.parse(readFileSync(resolve('package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const installed = new Set(
    readdirSync(resolve('node_modules')).flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(resolve('node_modules', name)).map((each) => `${name}/${each}`)
        : [name],
    ),
  );
  return Object.entries(packages).flatMap(([path, { dev = false, devOptional = false }]) => {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    if (name === undefined || !installed.has(name)) return [];
    return (dev || devOptional) && !ofTheUser.has(name) ? [] : [name];
  });
}

function link(folder: string, name: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(resolve('node_modules', name), path);
}
