import type { Reader } from '../../core/index.js';
import type { Repeatable } from './labelled.js';

/** Callers choose URLs: what they choose must not fill the memory. */
const maxAnswers = 10_000;

/** Answers by URL, all made from one value of a reader; they are given again while that value is read fresh. */
export class WarmAnswers {
  private madeFrom: unknown = undefined;
  private readonly answers = new Map<string, Repeatable>();

  constructor(
    private readonly reader: Reader<unknown>,
    private readonly key: string,
  ) {}

  /** The answer, labelled as of now, or `null`: then the route's handler has to be asked. */
  find(url: string): Repeatable | null {
    const answer = this.answers.get(url);
    if (answer === undefined) return null;
    const { cache } = this.reader;
    if (cache.entry(this.key)?.value !== this.madeFrom) return null;
    const read = cache.getFresh(this.key);
    return read && answer.again(read);
  }

  /** Unless it was made from another value than the reader holds: what a job was pinned to goes by another reader. */
  remember(url: string, answer: Repeatable): void {
    if (this.reader.describe(this.key)?.data !== answer.madeFrom) return;
    if (answer.madeFrom !== this.madeFrom || this.answers.size >= maxAnswers) this.answers.clear();
    this.madeFrom = answer.madeFrom;
    this.answers.set(url, answer);
  }
}
