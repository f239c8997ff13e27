const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * @typedef {object} Wanted
 * @property {string} variable of the environment, which may name the program; what it names has to run
 * @property {string[]} names of the program, on PATH
 * @property {string} source the package that has it, of the distribution
 * @property {boolean} alone whether the package's own files are enough
 * @property {RegExp} banner what `--version` begins with
 */

/**
 * A program that runs here: by its variable, else on PATH, else from the distribution's package, unpacked once into the
 * user's cache folder (nothing is installed). `libraries` is what it needs as LD_LIBRARY_PATH, `''` for nothing.
 * @param {Wanted} wanted
 * @returns {{ program: string, libraries: string } | null}
 */
module.exports = function findDebianProgram(wanted, env = process.env) {
  const named = env[wanted.variable];
  if (named) {
    if (!runs(wanted, named, '')) throw new Error(`${wanted.variable} does not run: ${named}`);
    return { program: named, libraries: '' };
  }
  const installed = (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => wanted.names.map((name) => path.join(folder, name)))
    .find((program) => fs.existsSync(program) && runs(wanted, program, ''));
  return installed ? { program: installed, libraries: '' } : unpacked(wanted, env);
};

function unpacked(wanted, env) {
  if (process.platform !== 'linux') return null;
  const cache = path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'lastgood');
  const folder = path.join(cache, `${wanted.names[0].replace('-server', '')}-${process.arch}`);
  try {
    return within(wanted, folder) ?? unpack(wanted, cache, folder);
  } catch {
    // No apt, no network, or nowhere to write: then there is none.
    return null;
  }
}

/** Unpacks beside and renames: a download that breaks off leaves nothing that would be taken for whole. */
function unpack(wanted, cache, folder) {
  fs.mkdirSync(cache, { recursive: true });
  const beside = fs.mkdtempSync(path.join(cache, 'unpacking-'));
  try {
    for (const file of download(wanted, path.join(beside, 'packages'))) {
      execFileSync('dpkg', ['-x', file, path.join(beside, 'root')], { stdio: 'ignore' });
    }
    if (within(wanted, path.join(beside, 'root')) === null) return null;
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(path.join(beside, 'root'), folder);
  } catch (error) {
    // Another run may have been first.
    if (within(wanted, folder) === null) throw error;
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
  return within(wanted, folder);
}

/** The package, and what it needs that is not installed; with the system's lists, or fresh ones of our own. */
function download({ source, alone }, archives) {
  fs.mkdirSync(path.join(archives, 'partial'), { recursive: true });
  const lists = path.join(archives, 'lists');
  fs.mkdirSync(path.join(lists, 'partial'), { recursive: true });
  const into = ['-o', 'Debug::NoLocking=true', '-o', `Dir::Cache::archives=${archives}/`];
  const own = [
    '-o',
    `Dir::State::lists=${lists}/`,
    '-o',
    'Dir::Cache::pkgcache=',
    '-o',
    'Dir::Cache::srcpkgcache=',
  ];
  const install = ['install', '--download-only', '--yes', '--no-install-recommends', source];
  const get = alone ? ['download', source] : install;
  try {
    apt([...into, ...get], archives);
  } catch {
    apt([...into, ...own, 'update'], archives);
    apt([...into, ...own, ...get], archives);
  }
  return fs
    .readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(archives, name));
}

function apt(args, cwd) {
  const env = { ...process.env, LC_ALL: 'C' };
  execFileSync('apt-get', args, { stdio: 'ignore', timeout: 120_000, env, cwd });
}

function within(wanted, folder) {
  const program = path.join(folder, 'usr', 'bin', wanted.names[0]);
  if (!fs.existsSync(program)) return null;
  const shared = path.join(folder, 'usr', 'lib');
  const libraries = fs.existsSync(shared)
    ? [shared, ...fs.readdirSync(shared).map((name) => path.join(shared, name))].join(':')
    : '';
  return runs(wanted, program, libraries) ? { program, libraries } : null;
}

function runs({ banner }, program, libraries) {
  try {
    const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) };
    return banner.test(execFileSync(program, ['--version'], { env, encoding: 'utf8', timeout: 10_000 }));
  } catch {
    return false;
  }
}
