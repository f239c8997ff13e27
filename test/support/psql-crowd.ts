import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { psqlRows, type ContestedRow } from './contested-rows.js';
import type { WriteLedger } from './write-ledger.js';

type Numbered = readonly [ContestedRow, number];
/** One go of a session: its statements, and what they leave in which rows. */
interface Go {
  readonly statements: readonly string[];
  readonly rows: readonly Numbered[];
  /** How long the session then rests. */
  readonly restMs: number;
}

const inRow = ([row, number]: Numbered) => row.update(number);
const phaseRows = (names: readonly string[], timeoutMs: number) => `INSERT INTO lastgood.phase_configs
  (phase, language, context_tier, model_id, temperature, max_tokens, max_context_tokens, max_retries, timeout_ms)
  SELECT name, 'any', 'standard', 'google/gemini-2.5-flash', 0, 1, 1, 0, ${timeoutMs}
  FROM unnest(ARRAY[${names.map((name) => `'${name}'`).join()}]) AS n(name)`;

/** Sessions as people open them with psql, each with a habit of its own, that write for as long as they are let. */
export class PsqlCrowd {
  /** SQLSTATEs of everything that went wrong. */
  readonly errors: string[] = [];
  readonly commits = new Map<string, number>();

  constructor(
    private readonly databaseUrl: string,
    private readonly ledger: WriteLedger,
    private readonly isOver: () => boolean,
  ) {}

  async run(): Promise<void> {
    await Promise.all(Object.entries(this.habits).map(([habit, go]) => this.session(habit, go)));
  }

  private readonly habits: Record<string, () => Go> = {
    'the tables in one order': () => this.all(psqlRows),
    'the tables in the other order': () => this.all(psqlRows.toReversed()),
    'triggers off, as in a replica': () => this.all(psqlRows),
    'takes some of it back': () => {
      const [dropped, kept, released] = this.numbered(psqlRows);
      const inside = ['SAVEPOINT a', inRow(dropped!), 'ROLLBACK TO a', inRow(kept!), 'SAVEPOINT b'];
      return { statements: [...inside, inRow(released!), 'RELEASE b'], rows: [kept!, released!], restMs: 10 };
    },
    'holds the counter for 100 ms': () => {
      const [first, , second] = this.numbered(psqlRows);
      const statements = [inRow(first!), 'SELECT pg_sleep(0.1)', inRow(second!)];
      return { statements, rows: [first!, second!], restMs: 400 };
    },
    'deletes and makes anew': () => {
      const deletion = `DELETE FROM lastgood.phase_configs WHERE phase = 'soak_anew'`;
      return { statements: [deletion, phaseRows(['soak_anew'], this.ledger.next())], rows: [], restMs: 20 };
    },
    'upserts without a transaction': () => ({
      statements: [
        `${phaseRows(['soak_a', 'soak_b'], this.ledger.next())}
         ON CONFLICT (phase, course_id, language, context_tier) DO UPDATE SET timeout_ms = EXCLUDED.timeout_ms`,
      ],
      rows: [],
      restMs: 10,
    }),
  };

  private numbered(rows: readonly ContestedRow[]): Numbered[] {
    return rows.map((row) => [row, this.ledger.next()] as const);
  }

  private all(rows: readonly ContestedRow[]): Go {
    const numbered = this.numbered(rows);
    return { statements: numbered.map(inRow), rows: numbered, restMs: 20 };
  }

  private async session(habit: string, next: () => Go): Promise<void> {
    const session = new Client({ connectionString: this.databaseUrl, application_name: habit });
    await session.connect();
    if (habit.startsWith('triggers off')) await session.query('SET session_replication_role = replica');
    try {
      while (!this.isOver()) {
        const go = next();
        await this.write(session, habit, go);
        await delay(go.restMs * (0.5 + Math.random()));
      }
    } finally {
      await session.end();
    }
  }

  private async write(session: Client, habit: string, { statements, rows }: Go): Promise<void> {
    try {
      if (statements.length === 1) {
        await session.query(statements[0]!);
        this.ledger.unnamed += 1;
      } else {
        await session.query('BEGIN');
        for (const statement of statements) await session.query(statement);
        const { rows: counter } = await session.query<{ version: number }>(
          `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'config'`,
        );
        await session.query('COMMIT');
        this.ledger.committed(counter[0]!.version, rows);
      }
      this.commits.set(habit, (this.commits.get(habit) ?? 0) + 1);
    } catch (error) {
      this.errors.push(`${habit}: ${Object(error).code} ${Object(error).message}`);
      await session.query('ROLLBACK');
    }
  }
}
