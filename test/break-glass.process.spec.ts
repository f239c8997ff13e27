import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TcpFaultProxy } from '../src/testing/tcp-fault-proxy.js';
import { ConfigDatabase } from './support/config-database.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { throughProxy } from './support/through-proxy.js';

/** Each command and each server starts a process, and the machine may be busy. */
const withinMs = 300_000;
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';

describe('lastgood keys break-glass (OP-13)', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let settings: Record<string, string>;
  const servers: ServerProcess[] = [];

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    const { proxied, ...made } = await throughProxy(database.url);
    proxy = made.proxy;
    settings = { DATABASE_URL: proxied, DATA_DIR: tempFolder('break-glass') };
  }, withinMs);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await proxy.close();
    await database.drop();
  });

  const cli = async (...args: string[]) => {
    const { DATA_DIR } = settings;
    const command = ServerProcess.cli(
      { DATA_DIR: DATA_DIR!, DATABASE_URL: nowhere },
      'keys',
      'break-glass',
      ...args,
    );
    return { code: await command.exit(), stdout: command.stdout, stderr: command.stderr };
  };
  const start = async () => {
    const server = new ServerProcess(settings);
    servers.push(server);
    return { server, url: await server.url() };
  };

  it(
    'keeps a call that was made without a database, killed right after it, and told twice: there is one row of it',
    async () => {
      const { server, url } = await start();
      const created = await cli('create', '--expires-in', '30d', '--name', 'on call');
      expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lgbg_\w{8}_[\w-]{43}\n$/) });
      const ask = (path: string) =>
        fetch(`${url}${path}`, { headers: { authorization: `Bearer ${created.stdout.trim()}` } });

      await proxy.mode('refuse');
      await pollUntil(async () => (await ask('/admin/cache/stats')).status === 200, 'the key is noticed');
      server.kill('SIGKILL');
      await server.exit();
      const journal = join(settings['DATA_DIR']!, 'break-glass-calls.jsonl');
      const kept = readFileSync(journal, 'utf8');
      expect(kept).toContain('/admin/cache/stats');
      // As a kill before the answer leaves it, with a line that was not finished.
      const begun = kept.split('\n').filter((line) => line.includes('"begun"'));
      writeFileSync(journal, `${begun.join('\n')}\n\n{"begun":"0000`);

      await proxy.mode('pass');
      const untilReplayed = () =>
        pollUntil(() => readFileSync(journal, 'utf8') === '', 'the journal is empty', undefined, 60_000);
      const rows = () =>
        database.sql(
          `SELECT actor_id, route, status FROM lastgood.audit_calls WHERE actor_id LIKE 'break-glass:%'`,
        );
      const told = [
        { actor_id: `break-glass:${created.stdout.slice(5, 13)}`, route: '/admin/cache/stats', status: null },
      ];
      const second = await start();
      await untilReplayed();
      expect(await rows()).toEqual(told);
      await pollUntil(
        () => second.server.stdout.includes('could not be read, and were left out'),
        'the log tells of the torn line',
      );

      // As a kill between the row and the end of its line leaves it.
      second.server.kill('SIGKILL');
      await second.server.exit();
      writeFileSync(journal, kept);
      await start();
      await untilReplayed();
      expect(await rows()).toEqual(told);
    },
    withinMs,
  );

  it(
    'makes, lists and revokes keys without a database; what cannot be meant is refused by name',
    async () => {
      const [listed, long, forever] = await Promise.all([
        cli('list'),
        cli('create', '--expires-in', '91d'),
        cli('create'),
      ]);
      expect(listed.stdout).toMatch(/^prefix +name +created +expires +state\n\w{8} +on call .* active\n$/);
      expect(long).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('at most 90d') });
      expect(forever).toMatchObject({ code: 1, stderr: expect.stringContaining('--expires-in') });
      const prefix = listed.stdout.split('\n')[1]!.slice(0, 8);
      expect(await cli('revoke', prefix)).toMatchObject({ code: 0 });
      expect(await cli('revoke', prefix)).toMatchObject({ code: 1, stderr: expect.stringContaining(prefix) });
      expect((await cli('list')).stdout).toBe('there is no break-glass key\n');
    },
    withinMs,
  );
});
