import { setImmediate } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';

const schema = 'lastgood_jobs';
const maintainEverySeconds = 60;
/** A job that is active for longer is given to somebody else. */
const expireInSeconds = 3_600;
export const retryDelaySeconds = 2;
/** For two days, and more where one takes long to fail. */
const retryLimit = 86_400;

/** Where pg-boss puts what is due by a schedule, until one of the processes sends it. */
const dueQueue = '__pgboss__send-it';
/** Looks at the schedules, and for what is due. One of the processes looks, and a minute is looked at twice. */
const cronEverySeconds = { cronMonitorIntervalSeconds: 30, cronWorkerIntervalSeconds: 5 };

interface BossOptions {
  readonly pool: StatementPool;
  readonly queues: readonly string[];
  /** Queues that this process works on, each with its cron expression (UTC), or `null` where it has none. */
  readonly schedules: ReadonlyMap<string, string | null>;
  readonly onError: (error: Error) => void;
  /** Told of every question whether the database answered it; pg-boss keeps some of its failures to itself. */
  readonly onAnswer: (isAnswered: boolean) => void;
  /** Abandons every question that is under way. */
  readonly signal: AbortSignal;
}

/**
 * pg-boss with its schema, which it sets up itself, behind its own advisory lock, and the queues. A new one for each
 * attempt: one that failed to start never starts.
 * @throws what the database answers
 */
export async function openBoss(options: BossOptions): Promise<PgBoss> {
  const { pool, queues, schedules, onError, onAnswer, signal } = options;
  // Without values pg asks by its simple protocol, which takes many statements at once: then there are no rows.
  const executeSql = async (text: string, values: unknown[] = []) => {
    try {
      const rows = ((await pool.rows(text, values, signal)) as unknown[] | undefined) ?? [];
      onAnswer(true);
      return { rows };
    } catch (error) {
      onAnswer(false);
      if (isUnawaited(values)) return { rows: [{ count: 0 }] };
      throw error;
    }
  };
  const isByTheClock = [...schedules.values()].some((cron) => cron !== null);
  const boss = new PgBoss({
    schema,
    db: { executeSql },
    schedule: isByTheClock,
    ...cronEverySeconds,
    supervise: schedules.size > 0,
    maintenanceIntervalSeconds: maintainEverySeconds,
  });
  // Without a listener an error of its maintenance ends the process.
  boss.on('error', onError);
  await boss.start();
  try {
    for (const name of queues) {
      const retry = { retryLimit, retryDelay: retryDelaySeconds, retryBackoff: false };
      await boss.createQueue(name, { name, policy: 'short', expireInSeconds, ...retry });
    }
    // pg-boss makes it too, and goes on where that fails.
    if (isByTheClock) await boss.createQueue(dueQueue);
    for (const [name, cron] of schedules) {
      if (cron === null) await boss.unschedule(name);
      else await boss.schedule(name, cron, {}, { tz: 'UTC', singletonKey: 'cron' });
    }
  } catch (error) {
    await closeBoss(boss);
    throw error;
  }
  return boss;
}

/**
 * pg-boss tells that it has sent what was due, and waits for no answer: one that fails would end the process. What was
 * not told of is due again some minutes later.
 */
const isUnawaited = ([queue, ...others]: readonly unknown[]): boolean =>
  queue === dueQueue && others.length === 2;

/** Ends its timers; asks the database for nothing. It has a last look at its workers one turn later. */
export async function closeBoss(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: false, close: false });
  await setImmediate();
}
