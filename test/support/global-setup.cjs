const { spawn } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const findRedis = require('./find-redis.cjs');

/**
 * One folder for the whole run, which is os.tmpdir() for the specs and goes with the run however it ends; one
 * Postgres, on which each spec makes its own database (test-database.ts); and where the redis-server is, of which
 * each spec starts its own (redis-server.ts).
 */
module.exports = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-test-'));
  // For root, Postgres runs as another user.
  fs.chmodSync(folder, 0o755);
  globalThis.testRun = { folder, guard: startGuard(folder), tmpdir: process.env.TMPDIR };
  process.env.TMPDIR = folder;
  process.env.TEST_PG_URL =
    process.env.TEST_DATABASE_URL || (await startPostgres(path.join(folder, 'global')));
  announceRedis(findRedis());
};

function announceRedis(redis) {
  process.env.TEST_REDIS_SERVER = redis?.server ?? '';
  process.env.TEST_REDIS_LIBRARIES = redis?.libraries ?? '';
  const loud =
    '!!! No redis-server was found: every Redis spec is SKIPPED. Set REDIS_SERVER to one, or install it.';
  if (redis === null && process.env.CI !== 'true') process.stderr.write(`\n${loud}\n\n`);
}

async function startPostgres(dataDir) {
  const { EmbeddedPostgres } = requireTypescript('../../src/adapters/embedded-postgres/embedded-postgres.ts');
  globalThis.testRun.postgres = await EmbeddedPostgres.start({ dataDir, fast: true });
  return globalThis.testRun.postgres.url;
}

/**
 * Outlives a run that is interrupted or killed, of which the end of its input tells it, and clears up after it. It tries
 * again for a while, since what the run had started may still be busy in the folder.
 */
function startGuard(folder) {
  const script = `
    const fs = require('node:fs');
    const path = require('node:path');
    const attempt = (action, otherwise) => { try { return action(); } catch { return otherwise; } };
    const signals = { 'postmaster.pid': 'SIGQUIT', 'redis.pid': 'SIGKILL' };
    function stopServers(home) {
      for (const entry of attempt(() => fs.readdirSync(home, { withFileTypes: true }), [])) {
        if (entry.isDirectory()) stopServers(path.join(home, entry.name));
        if (entry.name in signals) attempt(() => stop(home, path.join(home, entry.name), signals[entry.name]));
      }
    }
    function stop(home, file, signal) {
      const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
      if (attempt(() => fs.readlinkSync('/proc/' + pid + '/cwd'), home) !== home) return;
      // A frozen one hears the first signal when it is woken by the second.
      for (const each of [signal, 'SIGCONT']) process.kill(pid, each);
    }
    function clearUp(attempts) {
      stopServers(${JSON.stringify(folder)});
      attempt(() => fs.rmSync(${JSON.stringify(folder)}, { recursive: true, force: true }));
      if (attempts > 0) setTimeout(clearUp, 100, attempts - 1);
    }
    process.stdin.resume().on('end', () => clearUp(30));`;
  const stdio = ['pipe', 'ignore', 'ignore'];
  const guard = spawn(process.execPath, ['-e', script], { stdio, detached: true, cwd: os.tmpdir() });
  guard.unref();
  guard.stdin.unref();
  return guard;
}

/* oxlint-disable no-underscore-dangle -- Node 20 has no other hook for names that are resolved */
/** Jest transforms what a global setup requires, and leaves the names to node: a '.js' that is a '.ts' isn't found. */
function requireTypescript(file) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => {
    try {
      return resolve(request, ...rest);
    } catch (error) {
      if (!/^\..*\.js$/.test(request)) throw error;
      return resolve(request.replace(/\.js$/, '.ts'), ...rest);
    }
  };
  try {
    return require(file);
  } finally {
    Module._resolveFilename = resolve;
  }
}
