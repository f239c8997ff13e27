import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { StatementPool } from '../../adapters/postgres/statement-pool.js';
import { SystemClock } from '../../adapters/system/system-clock.js';
import { JobQueue } from './job-queue.service.js';

const everyMinute = '* * * * *';
const dueQueue = '__pgboss__send-it';

describe('jobs by the clock (NA-9)', () => {
  let database: TestDatabase;
  let source: DataSource;
  let unhandled: unknown[];
  const opened: { readonly queue: JobQueue; readonly pool: StatementPool }[] = [];
  const record = (error: unknown) => void unhandled.push(error);

  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', record);
    database = await createTestDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });
  afterEach(async () => {
    for (const { queue, pool } of opened.splice(0)) {
      await queue.close();
      await pool.close();
    }
    await source.destroy();
    await database.drop();
    process.off('unhandledRejection', record);
    expect(unhandled).toEqual([]);
  });

  /** A process that works on the queue `sweeps`; ready once it has set it up. */
  const open = async (
    cron: string | undefined,
    {
      work = () => Promise.resolve(),
      concurrency = 1,
      isUnanswered = (() => false) as (values: unknown[]) => boolean,
    } = {},
  ): Promise<JobQueue> => {
    const pool = new StatementPool({
      url: database.url,
      timeoutMs: 5_000,
      maxConnections: 2,
      asksAgain: false,
    });
    const rows = pool.rows.bind(pool);
    jest
      .spyOn(pool, 'rows')
      .mockImplementation((...asked) =>
        isUnanswered(asked[1]) ? Promise.reject(new Error('unanswered')) : rows(...asked),
      );
    const ready = { whenReady: () => Promise.resolve(true) };
    const queue = new JobQueue(pool, ready, new SystemClock(), pino({ enabled: false }));
    opened.push({ queue, pool });
    queue.register('sweeps', { concurrency, work, ...(cron !== undefined && { cron }) });
    queue.onApplicationBootstrap();
    await queue.whenReady(10_000);
    return queue;
  };
  const ask = async <R>(text: string): Promise<R[]> => (await source.query(text)) as R[];
  const schedules = async () =>
    (await ask<{ cron: string }>('SELECT cron FROM lastgood_jobs.schedule')).map(({ cron }) => cron);
  const jobsOf = (queue: string) =>
    ask<{ slot: Date | null }>(`SELECT singleton_on AS slot FROM lastgood_jobs.job WHERE name = '${queue}'`);
  /** As after half a minute: whoever asks next looks at the schedules. */
  const forgetLook = () => ask('UPDATE lastgood_jobs.version SET cron_on = NULL');

  it('come to one process, once a minute however many look at the schedules (NA-9)', async () => {
    let runs = 0;
    const work = async () => void runs++;
    await open(everyMinute, { work });
    for (let others = 0; others < 3; others++) {
      await forgetLook();
      await open(everyMinute, { work });
    }
    await pollUntil(() => runs > 0, 'it has run');
    const slots = (await jobsOf(dueQueue)).map(({ slot }) => String(slot));
    expect(new Set(slots).size).toBe(slots.length);
    expect((await jobsOf('sweeps')).length).toBeLessThanOrEqual(slots.length);
  });

  it('whose answer is lost end no process (NA-9)', async () => {
    let runs = 0;
    const first = await open(everyMinute);
    await first.close();
    await forgetLook();
    let unanswered = 0;
    const isUnanswered = ([queue, ...others]: unknown[]) => {
      const isAnswer = queue === dueQueue && others.length === 2;
      if (isAnswer) unanswered++;
      return isAnswer;
    };
    await open(everyMinute, { work: async () => void runs++, isUnanswered });
    await pollUntil(() => runs === 1 && unanswered > 0, 'it has run, and was not told of');
  });

  it('come as the code says now: a schedule that changed is the new one, one that is gone is gone (NA-9)', async () => {
    await open('0 3 * * *');
    expect(await schedules()).toEqual(['0 3 * * *']);
    await open('30 4 * * 1');
    expect(await schedules()).toEqual(['30 4 * * 1']);
    await open(undefined, { concurrency: 0 });
    expect(await schedules()).toEqual(['30 4 * * 1']);
    await open(undefined);
    expect(await schedules()).toEqual([]);
  });

  it('are looked for by no process that works on none', async () => {
    await open(everyMinute, { concurrency: 0 });
    expect(await schedules()).toEqual([]);
    expect(await ask('SELECT 1 FROM lastgood_jobs.version WHERE cron_on IS NOT NULL')).toEqual([]);
  });

  it('a job may be sent to wait: nobody takes it before', async () => {
    const queue = await open(undefined, { concurrency: 0 });
    const startsIn = async (afterMs?: number) => {
      await source.transaction((manager) =>
        queue.send('sweeps', {}, manager, String(afterMs), afterMs === undefined ? {} : { afterMs }),
      );
      const [row] = await ask<{ ms: number }>(
        `SELECT (extract(epoch FROM start_after - created_on) * 1000)::int AS ms
         FROM lastgood_jobs.job WHERE singleton_key = '${String(afterMs)}'`,
      );
      return row!.ms;
    };
    expect(await startsIn(90_500)).toBe(90_500);
    expect(await startsIn()).toBe(0);
  });
});
