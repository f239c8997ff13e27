import { throughProxy } from '../../../test/support/through-proxy.js';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { StatementPool, type StatementPoolOptions } from './statement-pool.js';

const timeoutMs = 250;

const say = (pool: StatementPool, word: string) => pool.rows<{ word: string }>('SELECT $1 AS word', [word]);
const fails = async (work: Promise<unknown>): Promise<{ message: string; afterMs: number }> => {
  const from = performance.now();
  const message = await work.then(
    () => 'it did not',
    (error: Error) => error.message,
  );
  return { message, afterMs: performance.now() - from };
};

describe('StatementPool (CO-5)', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let proxied: string;
  const pools: StatementPool[] = [];
  const open = (options: Partial<StatementPoolOptions> = {}): StatementPool => {
    const pool = new StatementPool({ url: proxied, timeoutMs, maxConnections: 2, ...options });
    pools.push(pool);
    return pool;
  };

  beforeAll(async () => {
    database = await ConfigDatabase.bare();
    await database.sql('CREATE SEQUENCE asked');
  });
  beforeEach(async () => ({ proxy, proxied } = await throughProxy(database.url)));
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    await proxy.close();
  });
  afterAll(() => database.drop());

  it('answers a statement with its parameters, over connections of its own that are used again', async () => {
    const pool = open();
    expect(await say(pool, 'one')).toEqual([{ word: 'one' }]);
    expect(await say(pool, 'two')).toEqual([{ word: 'two' }]);
    expect(proxy.accepted).toBe(1);
    const names = await pool.rows('SELECT current_setting($1) AS name', ['application_name']);
    expect(names).toEqual([{ name: 'lastgood-read' }]);
  });

  it('rejects within its deadline when the network swallows a query, and destroys the socket', async () => {
    const pool = open();
    await say(pool, 'warm');
    await proxy.mode('black-hole');
    const { message, afterMs } = await fails(say(pool, 'lost'));
    expect(message).toBe('Query read timeout');
    expect(afterMs).toBeLessThan(timeoutMs * 2);
    await pollUntil(() => proxy.connections === 0, 'the socket is closed');
  });

  it('closes without waiting for connections that are being made: the network may swallow them', async () => {
    await proxy.mode('black-hole');
    const pool = open({ timeoutMs: 600_000 });
    const asked = Promise.allSettled(['one', 'two'].map((word) => say(pool, word)));
    await pollUntil(() => proxy.connections === 2, 'both are on their way');
    await pools.pop()!.close();
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await pollUntil(() => proxy.connections === 0, 'the sockets are closed');
  });

  it('rejects within its deadline when it cannot even connect', async () => {
    await proxy.mode('black-hole');
    const { message, afterMs } = await fails(say(open(), 'lost'));
    expect(message).toMatch(/timeout/);
    expect(afterMs).toBeLessThan(timeoutMs * 2);
  });

  it('works again as soon as the network heals, though every connection was lost in it', async () => {
    const pool = open();
    const all = () => Promise.allSettled(['a', 'b', 'c', 'd'].map((word) => say(pool, word)));
    await all();
    await proxy.mode('black-hole');
    expect((await all()).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    await proxy.mode('pass');
    expect((await all()).map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  });

  it('never gives one question the answer to another that was abandoned', async () => {
    const pool = open({ maxConnections: 1 });
    const late = fails(pool.rows(`SELECT 'late' AS word FROM pg_sleep(0.4)`, []));
    expect((await late).message).toBe('Query read timeout');
    expect(await say(pool, 'mine')).toEqual([{ word: 'mine' }]);
  });

  it('asks once more on a new connection when the one it had is reset', async () => {
    const pool = open();
    const answer = pool.rows(`SELECT 'reset' AS word FROM pg_sleep(0.1)`, []);
    await pollUntil(() => running('reset'), 'the query runs');
    const reset = proxy.mode('reset');
    await Promise.all([reset, proxy.mode('pass')]);
    expect(await answer).toEqual([{ word: 'reset' }]);
    expect(proxy.accepted).toBe(2);
  });

  it('asks once more, and no oftener, when the server ends every connection', async () => {
    const pool = open();
    await say(pool, 'warm');
    await proxy.mode('reset');
    expect((await fails(say(pool, 'lost'))).message).toMatch(/ECONNRESET|Connection terminated unexpectedly/);
    expect(proxy.accepted).toBeLessThanOrEqual(3);
    await proxy.mode('pass');
    expect(await say(pool, 'again')).toEqual([{ word: 'again' }]);
  });

  it('asks once more when an administrator terminates its backend in the middle of a query', async () => {
    // It is asked twice, each time for a tenth of a second: no machine is to be too slow for it.
    const pool = open({ timeoutMs: 10 * timeoutMs });
    const answer = pool.rows(`SELECT 'terminated' AS word FROM pg_sleep(0.1)`, []);
    await pollUntil(() => running('terminated'), 'the query runs');
    await terminate();
    expect(await answer).toEqual([{ word: 'terminated' }]);
    expect(proxy.accepted).toBe(2);
  });

  it('does not repeat what the database refuses', async () => {
    const pool = open();
    const before = await timesAsked();
    const { message } = await fails(pool.rows(`SELECT nextval('asked') / 0`, []));
    expect(message).toBe('division by zero');
    expect(await timesAsked()).toBe(before + 2);
    expect(await say(pool, 'next')).toEqual([{ word: 'next' }]);
  });

  it('outlives an idle connection that the server terminates, and tells of it', async () => {
    const broken: string[] = [];
    const pool = open({ onIdleError: ({ message }) => broken.push(message) });
    await say(pool, 'warm');
    await terminate();
    await pollUntil(() => broken.length > 0, 'the pool has noticed');
    expect(broken).toEqual(['terminating connection due to administrator command']);
    expect(await say(pool, 'again')).toEqual([{ word: 'again' }]);
  });

  it('closes the connection of what is aborted, at once, and outlives that', async () => {
    const pool = open();
    const controller = new AbortController();
    const abandoned = fails(pool.rows(`SELECT 'aborted' FROM pg_sleep(0.2)`, [], controller.signal));
    await pollUntil(() => running('aborted'), 'the query runs');
    controller.abort(new Error('nobody waits'));
    expect((await abandoned).message).toBe('nobody waits');
    await pollUntil(() => proxy.connections === 0, 'the socket is closed');
    expect(await say(pool, 'next')).toEqual([{ word: 'next' }]);
  });

  it('does not ask at all what was aborted while it waited for a connection, and says so before there is one', async () => {
    const pool = open({ maxConnections: 1 });
    const settled: string[] = [];
    const first = pool.rows('SELECT pg_sleep(0.1)', []).then(() => settled.push('first'));
    const controller = new AbortController();
    const before = await timesAsked();
    const second = fails(pool.rows(`SELECT nextval('asked')`, [], controller.signal));
    controller.abort(new Error('too late'));
    expect((await second).message).toBe('too late');
    expect(settled).toEqual([]);
    await first;
    expect(await say(pool, 'next')).toEqual([{ word: 'next' }]);
    expect(await timesAsked()).toBe(before + 1);
  });

  it('closes though the network swallows everything', async () => {
    const pool = open();
    await say(pool, 'warm');
    await proxy.mode('black-hole');
    await pools.pop()!.close();
    await expect(say(pool, 'closed')).rejects.toThrow('Cannot use a pool after calling end on the pool');
  });

  const readers = `FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lastgood-read'`;
  const running = async (word: string) =>
    (await database.sql(`SELECT 1 ${readers} AND wait_event = 'PgSleep' AND query ~ $1`, [`'${word}'`]))
      .length > 0;
  const timesAsked = async () =>
    (await database.sql<{ times: number }>('SELECT nextval($1)::float8 AS times', ['asked']))[0]!.times;
  const terminate = () => database.sql(`SELECT pg_terminate_backend(pid) ${readers}`);
});
