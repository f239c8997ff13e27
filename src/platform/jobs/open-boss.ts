import PgBoss from 'pg-boss';
import type { StatementPool } from '../../adapters/postgres/statement-pool.js';

const schema = 'lastgood_jobs';
const maintainEverySeconds = 60;
/** A job that is active for longer is given to somebody else. */
const expireInSeconds = 3_600;
const retryDelaySeconds = 2;
/** For two days, and more where one takes long to fail. */
const retryLimit = 86_400;

interface BossOptions {
  readonly pool: StatementPool;
  readonly queues: readonly string[];
  /** Whether this process expires, archives and drops jobs. */
  readonly supervises: boolean;
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
  const { pool, queues, supervises, onError, onAnswer, signal } = options;
  // Without values pg asks by its simple protocol, which takes many statements at once: then there are no rows.
  const executeSql = async (text: string, values: unknown[] = []) => {
    try {
      const rows = ((await pool.rows(text, values, signal)) as unknown[] | undefined) ?? [];
      onAnswer(true);
      return { rows };
    } catch (error) {
      onAnswer(false);
      throw error;
    }
  };
  const boss = new PgBoss({
    schema,
    db: { executeSql },
    schedule: false,
    supervise: supervises,
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
  } catch (error) {
    await closeBoss(boss);
    throw error;
  }
  return boss;
}

/** Ends its timers; asks the database for nothing. */
export const closeBoss = (boss: PgBoss): Promise<void> => boss.stop({ graceful: false, close: false });
