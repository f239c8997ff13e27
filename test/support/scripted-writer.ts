import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  LESSON_WRITER,
  type LessonJob,
  type LessonWriter,
} from '../../src/features/lessons/lesson/lesson-writer.js';
import type { LessonResult } from '../../src/features/lessons/lesson/lesson-result.js';
import { LESSON_POLICY, type LessonPolicy } from '../../src/features/lessons/lessons.policy.js';

/** Milliseconds that a test can wait for. */
const hasty: Partial<LessonPolicy> = {
  leaseMs: 1_500,
  renewEveryMs: 200,
  maxRuns: 3,
  sweepEveryMs: 300,
  graceMs: 1_000,
  giveBackWithinMs: 500,
  saveAgainMs: 20,
  longestSaveAgainMs: 200,
  lookForEventsEveryMs: 50,
  heartbeatMs: 200,
};

const sections = ['section/1', 'section/2', 'section/3'];

/** Writes a lesson in five steps, three of them at once; counts the work, and holds it where it is told to. */
export class ScriptedWriter implements LessonWriter {
  /** Keys of steps whose work was begun, in that order. */
  readonly worked: string[] = [];
  readonly jobs: LessonJob[] = [];
  /** What the writer throws in place of a lesson. */
  problem: unknown = null;
  unready: Error | null = null;
  text = 'text';
  private readonly gates = new Map<string, { readonly opened: Promise<void>; readonly open: () => void }>();

  assertReady(): void {
    if (this.unready !== null) throw this.unready;
  }

  /** The work of the step waits until `open`. */
  hold(key: string): void {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.gates.set(key, { opened, open });
  }

  open(key: string): void {
    this.gates.get(key)?.open();
    this.gates.delete(key);
  }

  async write(job: LessonJob): Promise<LessonResult> {
    this.jobs.push(job);
    const { tell } = job;
    tell({ type: 'node-started', node: 'planner', iteration: 1 });
    const plan = await this.step(job, 'plan');
    tell({
      type: 'node-finished',
      node: 'planner',
      iteration: 1,
      tokens: 10,
      costUsd: 0.5,
      isCostComplete: true,
      remainingMs: 100,
    });
    tell({ type: 'node-started', node: 'expander', iteration: 1 });
    let done = 0;
    const parts = await Promise.all(
      sections.map(async (key) => {
        const part = await this.step(job, key);
        tell({ type: 'section', done: ++done, of: sections.length });
        return part;
      }),
    );
    const markdown = [plan, ...parts, await this.step(job, 'assembly')].join('\n');
    if (this.problem !== null) throw this.problem;
    tell({ type: 'verdict', iteration: 1, score: 0.9, recommendation: 'ACCEPT', method: 'agreement' });
    const sum = { calls: 1, inputTokens: 9, outputTokens: 1, costUsd: 0.5, isComplete: true };
    const facts = { because: null, iteration: 1, iterations: [], vote: null, calls: [] };
    return { outcome: 'accepted', markdown, ...facts, cost: { ...sum, rows: [] } };
  }

  private step({ steps, signal }: LessonJob, key: string): Promise<string> {
    return steps.run(key, async () => {
      this.worked.push(key);
      const aborted = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
      aborted.catch(() => undefined);
      await Promise.race([this.gates.get(key)?.opened, aborted]);
      return `${this.text} of ${key}`;
    });
  }
}

/** For `TestApp`: lessons are written by this one, and looked after in haste. */
export const writingWith =
  (writer: LessonWriter, policy: Partial<LessonPolicy> = {}) =>
  (app: NestFastifyApplication): void => {
    const { write, assertReady } = writer;
    Object.assign(app.get<LessonWriter>(LESSON_WRITER, { strict: false }), {
      write: write.bind(writer),
      assertReady: assertReady.bind(writer),
    });
    Object.assign(app.get<LessonPolicy>(LESSON_POLICY, { strict: false }), { ...hasty, ...policy });
  };
