const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const names = ['redis-server', 'valkey-server'];

/**
 * A redis-server that runs here: REDIS_SERVER, else one on PATH, else the distribution's package, unpacked once into
 * the user's cache folder (nothing is installed). `libraries` is what it needs as LD_LIBRARY_PATH, `''` for nothing.
 * @returns {{ server: string, libraries: string } | null}
 */
module.exports = function findRedis(env = process.env) {
  if (env.REDIS_SERVER) {
    if (!runs(env.REDIS_SERVER, '')) throw new Error(`REDIS_SERVER does not run: ${env.REDIS_SERVER}`);
    return { server: env.REDIS_SERVER, libraries: '' };
  }
  const installed = (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((server) => fs.existsSync(server) && runs(server, ''));
  return installed ? { server: installed, libraries: '' } : unpacked(env);
};

function unpacked(env) {
  if (process.platform !== 'linux') return null;
  const cache = path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'lastgood');
  const folder = path.join(cache, `redis-${process.arch}`);
  try {
    return within(folder) ?? unpack(cache, folder);
  } catch {
    // No apt, no network, or nowhere to write: then there is no Redis.
    return null;
  }
}

/** Unpacks beside and renames: a download that breaks off leaves nothing that would be taken for whole. */
function unpack(cache, folder) {
  fs.mkdirSync(cache, { recursive: true });
  const beside = fs.mkdtempSync(path.join(cache, 'unpacking-'));
  try {
    for (const file of download(path.join(beside, 'packages'))) {
      execFileSync('dpkg', ['-x', file, path.join(beside, 'root')], { stdio: 'ignore' });
    }
    if (within(path.join(beside, 'root')) === null) return null;
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(path.join(beside, 'root'), folder);
  } catch (error) {
    // Another run may have been first.
    if (within(folder) === null) throw error;
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
  return within(folder);
}

/** The packages of redis-server that are not installed; with the system's lists, or fresh ones of our own. */
function download(archives) {
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
  const install = ['install', '--download-only', '--yes', '--no-install-recommends', 'redis-server'];
  try {
    apt([...into, ...install]);
  } catch {
    apt([...into, ...own, 'update']);
    apt([...into, ...own, ...install]);
  }
  return fs
    .readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(archives, name));
}

function apt(args) {
  execFileSync('apt-get', args, { stdio: 'ignore', timeout: 120_000, env: { ...process.env, LC_ALL: 'C' } });
}

function within(folder) {
  const server = path.join(folder, 'usr', 'bin', 'redis-server');
  if (!fs.existsSync(server)) return null;
  const shared = path.join(folder, 'usr', 'lib');
  const libraries = fs.existsSync(shared)
    ? [shared, ...fs.readdirSync(shared).map((name) => path.join(shared, name))].join(':')
    : '';
  return runs(server, libraries) ? { server, libraries } : null;
}

function runs(server, libraries) {
  try {
    const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) };
    return /^(Redis|Valkey) server /.test(
      execFileSync(server, ['--version'], { env, encoding: 'utf8', timeout: 10_000 }),
    );
  } catch {
    return false;
  }
}
