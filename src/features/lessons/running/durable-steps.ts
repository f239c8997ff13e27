import type { Json, Steps } from '../lesson/steps.js';
import type { LessonJournal } from './lesson-journal.js';
import type { KeptStep } from '../ordering/kept-lesson.js';
import type { StopSignal } from './stop-signal.js';

/** Steps of one run of a lesson, over what earlier runs kept. */
export class DurableSteps implements Steps {
  private readonly kept: Map<string, Json>;
  private readonly underWay = new Map<string, Promise<Json>>();

  constructor(
    kept: readonly KeptStep[],
    private readonly journal: Pick<LessonJournal, 'keep'>,
    private readonly stop: Pick<StopSignal, 'check'>,
  ) {
    this.kept = new Map(kept.map(({ key, result }) => [key, result]));
  }

  /**
   * As promised by `Steps`. Two who run the same step at once share one work.
   * @throws LeaseLostError when another run has the lesson
   */
  run<T extends Json>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.kept.has(key)) return Promise.resolve(this.kept.get(key) as T);
    const shared = this.underWay.get(key);
    if (shared !== undefined) return shared as Promise<T>;
    const result = this.begin(key, work).finally(() => this.underWay.delete(key));
    this.underWay.set(key, result);
    return result;
  }

  private async begin<T extends Json>(key: string, work: () => Promise<T>): Promise<T> {
    this.stop.check();
    // As whoever goes on with the lesson will be given it.
    const result = JSON.parse(JSON.stringify(await work())) as T;
    await this.journal.keep({ key, result });
    this.kept.set(key, result);
    return result;
  }
}
