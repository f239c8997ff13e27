import { pino, type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import type { Clock } from '../../core/index.js';
import { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { SystemClock } from '../../adapters/system/system-clock.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { JobQueue } from './job-queue.service.js';

/** Time that runs fast, and what was waited for. */
class HastyClock extends SystemClock {
  readonly waits: number[] = [];

  override after(ms: number, fire: () => void) {
    this.waits.push(ms);
    return super.after(ms / 100, fire);
  }
}

type Data = { readonly n: number };

describe('jobs in Postgres (LE-7)', () => {
  let database: TestDatabase;
  let source: DataSource;
  let proxy: TcpFaultProxy;
  let proxied: string;
  let unhandled: unknown[];
  const queues: { readonly queue: JobQueue; readonly pool: StatementPool }[] = [];
  const record = (error: unknown) => void unhandled.push(error);

  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', record);
    database = await createTestDatabase();
    ({ proxy, proxied } = await throughProxy(database.url));
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });
  afterEach(async () => {
    for (const { queue, pool } of queues.splice(0)) {
      await queue.close();
      await pool.close();
    }
    await proxy.close();
    await source.destroy();
    await database.drop();
    process.off('unhandledRejection', record);
    expect(unhandled).toEqual([]);
  });

  const open = (
    work: (data: Data) => Promise<void>,
    concurrency = 1,
    clock: Clock = new SystemClock(),
    logger: Logger = pino({ enabled: false }),
  ): JobQueue => {
    const pool = new StatementPool({ url: proxied, timeoutMs: 5_000, maxConnections: 2, asksAgain: false });
    const ready = { whenReady: () => Promise.resolve(true) };
    const queue = new JobQueue(pool, ready, clock, logger);
    queues.push({ queue, pool });
    queue.register('numbers', { concurrency, work });
    queue.onApplicationBootstrap();
    return queue;
  };
  const send = (queue: JobQueue, n: number, key?: string) =>
    source.transaction((manager) => queue.send('numbers', { n }, manager, key));
  const untilSent = (queue: JobQueue, n: number) =>
    pollUntil(
      () =>
        send(queue, n).then(
          () => true,
          () => false,
        ),
      'the queue is set up',
    );
  const states = async () =>
    (
      (await source.query('SELECT state FROM lastgood_jobs.job ORDER BY created_on')) as { state: string }[]
    ).map(({ state }) => state);

  it('are set up by many processes at once, and each goes to one of them (LE-7)', async () => {
    const worked: number[] = [];
    const all = Array.from({ length: 4 }, () => open(async ({ n }) => void worked.push(n)));
    await untilSent(all[0]!, 0);
    for (const [at, queue] of all.entries()) await untilSent(queue, at + 1);
    await pollUntil(() => worked.length === 5, 'every job is done');
    expect(new Set(worked)).toEqual(new Set([0, 1, 2, 3, 4]));
    await pollUntil(
      async () => (await states()).every((state) => state === 'completed'),
      'every job is completed',
    );
  });

  it('are there when the transaction that sent them is committed, and not at all when it is not (LE-7)', async () => {
    const worked: number[] = [];
    const queue = open(async ({ n }) => void worked.push(n));
    await untilSent(queue, 1);
    const undone = source.transaction(async (manager) => {
      await queue.send('numbers', { n: 2 }, manager);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await send(queue, 3);
    await pollUntil(() => worked.includes(3), 'the last job is done');
    expect(worked).toEqual([1, 3]);
  });

  it('wait once, however often they are sent with the same key (LE-7)', async () => {
    const queue = open(() => Promise.resolve(), 0);
    await untilSent(queue, 0);
    for (const n of [1, 2, 3]) await send(queue, n, 'same');
    await send(queue, 4, 'other');
    expect(await states()).toEqual(['created', 'created', 'created']);
  });

  it('come again when they fail (LE-7)', async () => {
    let tries = 0;
    const queue = open(async () => {
      if (++tries === 1) throw new Error('once');
    });
    await untilSent(queue, 1);
    await pollUntil(() => tries === 2, 'the job came again');
    await pollUntil(async () => (await states())[0] === 'completed', 'the job is completed');
  });

  it('that fail again and again are warned of once, and told of when they are done', async () => {
    const told: string[] = [];
    const logger = pino({}, { write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg) });
    let tries = 0;
    const work = async () => {
      if (++tries < 4) throw new Error('Redis is away');
    };
    const queue = open(work, 1, new SystemClock(), logger);
    await untilSent(queue, 1);
    await pollUntil(async () => (await states())[0] === 'completed', 'the job is completed');
    expect([tries, told]).toEqual([4, ['a job failed and comes again', 'the jobs that had failed are done']]);
  });

  it('are taken when the database comes, and again when it comes back; nothing ends the process meanwhile (LE-7)', async () => {
    await proxy.mode('refuse');
    const worked: number[] = [];
    let finish: () => void = () => undefined;
    const queue = open(async ({ n }) => {
      worked.push(n);
      if (n === 1) await new Promise<void>((resolve) => (finish = resolve));
    });
    await expect(send(queue, 1)).rejects.toMatchObject({ code: 'database-unavailable' });
    await proxy.mode('pass');
    await untilSent(queue, 1);
    await pollUntil(() => worked.length === 1, 'the job is begun');
    await proxy.mode('reset');
    finish();
    await send(queue, 2);
    await proxy.mode('pass');
    await pollUntil(() => worked.includes(2), 'the next job is done');
  });

  it('are asked for ever less often while the database is away, and as often as before when it is back (LE-7)', async () => {
    const clock = new HastyClock();
    const worked: number[] = [];
    const queue = open(async ({ n }) => void worked.push(n), 1, clock);
    await untilSent(queue, 1);
    await pollUntil(() => worked.includes(1), 'the job is done');
    await proxy.mode('refuse');
    const last = (count: number) => clock.waits.slice(-count);
    await pollUntil(
      () => last(3).every((ms) => ms === 4_000),
      'it backs off',
      () => clock.waits.join(),
    );
    // Other questions may fail between two looks: a step may be left out, and none is taken back.
    const backingOff = clock.waits.slice(clock.waits.lastIndexOf(500));
    expect(backingOff).toEqual(backingOff.toSorted((a, b) => a - b));
    await proxy.mode('pass');
    await pollUntil(
      () => last(3).every((ms) => ms === 500),
      'it asks as before',
      () => clock.waits.join(),
    );
    await send(queue, 2);
    await pollUntil(() => worked.includes(2), 'the next job is done');
  });

  it('are no longer taken by a process that ends, however silent the database is (LE-7)', async () => {
    const worked: number[] = [];
    const queue = open(async ({ n }) => void worked.push(n));
    await untilSent(queue, 1);
    await pollUntil(() => worked.length === 1, 'the job is done');
    await proxy.mode('black-hole');
    queue.beforeApplicationShutdown();
    await send(queue, 2);
    await queue.close();
    expect(worked).toEqual([1]);
  });
});
