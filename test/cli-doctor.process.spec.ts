import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TcpFaultProxy } from '../src/testing/tcp-fault-proxy.js';
import { ConfigDatabase } from './support/config-database.js';
import { describeRedis } from './support/describe-redis.js';
import { examine } from './support/examine.js';
import { RedisServer } from './support/redis-server.js';
import { tempFolder } from './support/temp-folder.js';
import { throughProxy } from './support/through-proxy.js';

/** Each command starts a process, and the machine may be busy. */
const withinMs = 120_000;

const makeKey = (database: ConfigDatabase, prefix: string, role: string, expiresIn: string | null) =>
  database.sql(
    `INSERT INTO lastgood.api_keys (prefix, name, role, sha256, expires_at)
     VALUES ($1, $1, $2, encode(sha256(convert_to($1, 'UTF8')), 'hex'), now() + $3::interval)`,
    [prefix, role, expiresIn],
  );

describe('lastgood doctor (OP-8)', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let proxied: string;

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    await makeKey(database, 'adminkey', 'admin', null);
    ({ proxy, proxied } = await throughProxy(database.url));
  });
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });

  it(
    'finds nothing amiss where nothing is, and ends with 0 (OP-8)',
    async () => {
      const { exitCode, verdict, of } = await examine({ DATABASE_URL: proxied });
      expect([exitCode, verdict]).toEqual([0, 'ok']);
      expect(Object.keys(of)).toEqual([
        'settings',
        'signals file',
        'database',
        'listen',
        'clock',
        'migrations',
        'keys',
        'redis',
        'disk',
        'cache file',
        'server',
      ]);
      expect(of['database']!.message).toMatch(
        /^Postgres \d+\.\d+ at 127\.0\.0\.1:\d+\/test_\w+, the primary/,
      );
      expect(of['listen']!.message).toContain('a notification takes');
      expect(of['redis']!.message).toContain('not configured');
      expect(of['server']!.message).toContain('nothing answers');
    },
    withinMs,
  );

  it(
    'ends while the database is black-holed, looks at all else, and shows no secret (OP-8)',
    async () => {
      await proxy.mode('black-hole');
      const url = new URL(proxied);
      url.password = 'a-secret-word';
      const { exitCode, verdict, of, output } = await examine({ DATABASE_URL: url.href });
      await proxy.mode('pass');
      expect([exitCode, verdict]).toEqual([1, 'fail']);
      expect(of['database']).toMatchObject({
        verdict: 'fail',
        advice: expect.stringContaining('DATABASE_URL'),
      });
      for (const name of ['listen', 'clock', 'migrations', 'keys'])
        expect(of[name]).toMatchObject({ verdict: 'warn', message: 'not looked at: see the database' });
      for (const name of ['settings', 'signals file', 'redis', 'disk', 'cache file', 'server'])
        expect(of[name]).toMatchObject({ verdict: 'ok' });
      expect(output).not.toContain('a-secret-word');
    },
    withinMs,
  );

  it(
    'names migrations that are pending, in a database that it leaves as it was (OP-8)',
    async () => {
      const bare = await ConfigDatabase.bare();
      const { exitCode, verdict, of } = await examine({ DATABASE_URL: bare.url });
      const [left] = await bare.sql<{ schema: string | null }>(
        `SELECT to_regnamespace('lastgood') AS schema`,
      );
      await bare.drop();
      expect([exitCode, verdict, left]).toEqual([0, 'warn', { schema: null }]);
      expect(of['migrations']).toMatchObject({
        verdict: 'warn',
        message: expect.stringMatching(/^(\d+) of \1 are pending: Coherence\d+, /),
        advice: expect.stringContaining('lastgood migrate run'),
      });
      expect(of['keys']).toMatchObject({ verdict: 'warn', message: expect.stringContaining('no tables') });
    },
    withinMs,
  );

  it(
    'tells a database that is ahead of this build, and that nobody can administer it (OP-8)',
    async () => {
      const ahead = await ConfigDatabase.create();
      await ahead.sql(`INSERT INTO lastgood.migrations (timestamp, name) VALUES (1, 'Later1')`);
      await makeKey(ahead, 'clientky', 'client', null);
      await makeKey(ahead, 'adminold', 'admin', '-1 day');
      const { exitCode, of } = await examine({ DATABASE_URL: ahead.url });
      await ahead.drop();
      expect(exitCode).toBe(1);
      expect(of['migrations']).toMatchObject({
        verdict: 'warn',
        message: expect.stringContaining('by Later1'),
      });
      expect(of['keys']).toMatchObject({
        verdict: 'fail',
        advice: expect.stringContaining('lastgood keys create'),
      });
    },
    withinMs,
  );

  it(
    'warns of a key that expires soon, and names the tables that a user may not use (OP-8)',
    async () => {
      const other = await ConfigDatabase.create();
      await makeKey(other, 'adminend', 'admin', '3 days');
      expect((await examine({ DATABASE_URL: other.url })).of['keys']).toMatchObject({
        verdict: 'warn',
        message: expect.stringContaining('adminend'),
      });
      const role = `reader_${Date.now()}`;
      await other.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'a-secret-word'`);
      const url = new URL(other.url);
      Object.assign(url, { username: role, password: 'a-secret-word' });
      const { exitCode, of, output } = await examine({ DATABASE_URL: url.href });
      await other.sql(`DROP ROLE ${role}`);
      await other.drop();
      expect([exitCode, of['database']]).toMatchObject([
        1,
        {
          verdict: 'fail',
          message: expect.stringContaining('lastgood.api_keys'),
          advice: expect.stringContaining(role),
        },
      ]);
      expect(output).not.toContain('a-secret-word');
    },
    withinMs,
  );

  it(
    'tells every fault of the settings and what was meant, and looks at the rest (OP-8)',
    async () => {
      const { exitCode, of, output } = await examine({
        DATABASE_URL: 'mysql://u:a-secret-word@h/d',
        MODEL_CONFIG_MAXAGE: '1',
        RUNTIME_CONFIG: '/nowhere/runtime.yml',
      });
      expect(exitCode).toBe(1);
      expect(of['settings']!.message).toContain('DATABASE_URL: must be');
      expect(of['settings']!.message).toContain('MODEL_CONFIG_MAX_AGE_MS?');
      expect(of['signals file']).toMatchObject({ verdict: 'fail' });
      expect(of['database']!.message).toBe('not looked at: DATABASE_URL is wrong');
      expect(of['disk']).toMatchObject({ verdict: 'ok' });
      expect(output).not.toContain('a-secret-word');
    },
    withinMs,
  );

  it(
    'starts no database on the embedded default, and leaves the folder as it is (OP-8)',
    async () => {
      const dataDir = tempFolder('doctor');
      const { exitCode, of } = await examine({ DATA_DIR: dataDir });
      expect([exitCode, of['database']]).toMatchObject([
        0,
        { verdict: 'warn', advice: expect.stringContaining('start') },
      ]);
      expect(of['database']!.message).toContain('not running');
      expect(readdirSync(dataDir)).toEqual([]);
    },
    withinMs,
  );

  it(
    'tells a cache file that is damaged, and leaves it alone (OP-8)',
    async () => {
      const folder = tempFolder('doctor');
      const damaged = join(folder, 'cache.sqlite');
      writeFileSync(damaged, 'SQLite format 3\0'.padEnd(8_192, 'x'));
      const before = readFileSync(damaged);
      const { exitCode, of } = await examine({ DATABASE_URL: database.url, DATA_DIR: folder });
      expect([exitCode, of['cache file']]).toMatchObject([1, { verdict: 'fail' }]);
      expect(readFileSync(damaged)).toEqual(before);
      expect(readdirSync(folder)).toEqual(['cache.sqlite']);
    },
    withinMs,
  );

  describeRedis('beside a Redis', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await RedisServer.start('--requirepass', 'a-secret-word', '--maxmemory-policy', 'noeviction');
    });
    afterAll(() => redis.stop());

    it(
      'tells an eviction policy that is not the wanted one, and one that is (OP-8)',
      async () => {
        const url = `redis://:a-secret-word@127.0.0.1:${redis.port}`;
        const settings = { DATABASE_URL: database.url, REDIS_URL: url };
        const { exitCode, of, output } = await examine(settings);
        expect([exitCode, of['redis']]).toMatchObject([
          0,
          {
            verdict: 'warn',
            message: expect.stringContaining('noeviction'),
            advice: expect.stringContaining('allkeys-lru'),
          },
        ]);
        expect(output).not.toContain('a-secret-word');
        const meant = await examine({ ...settings, CACHE_EVICTION_POLICY: 'noeviction' });
        expect(meant.of['redis']).toMatchObject({ verdict: 'ok' });
      },
      withinMs,
    );

    it(
      'fails where Redis lets nobody in, or does not answer, and looks at all else (OP-8)',
      async () => {
        const refused = await examine({ DATABASE_URL: database.url, REDIS_URL: redis.url });
        expect([refused.exitCode, refused.of['redis']]).toMatchObject([1, { verdict: 'fail' }]);
        expect(refused.of['redis']!.message).toContain('NOAUTH');
        redis.freeze();
        const silent = await examine({
          DATABASE_URL: database.url,
          REDIS_URL: `redis://:a-secret-word@127.0.0.1:${redis.port}`,
        });
        redis.thaw();
        expect([silent.exitCode, silent.of['redis']]).toMatchObject([1, { verdict: 'fail' }]);
        expect(silent.of['database']).toMatchObject({ verdict: 'ok' });
        expect(silent.output).not.toContain('a-secret-word');
      },
      withinMs,
    );
  });
});
