import type { Logger } from 'pino';
import type { ReadResult } from '../../../core/index.js';

export type WarmOutcome = 'loaded' | 'held' | 'missing' | 'failed';

const failures: ReadonlySet<string> = new Set(['origin-failed', 'origin-slow', 'backing-off']);

/** What a read that nobody needed has brought. */
export function outcomeOf({ isStale, reason, absent, source }: ReadResult<unknown>): WarmOutcome {
  if (isStale && failures.has(reason)) return 'failed';
  if (absent) return 'missing';
  return source === 'origin' ? 'loaded' : 'held';
}

/** Tells the log how far a warm-up is: when it begins, at each quarter, and at its end (CT-8). */
export class WarmProgress {
  private readonly counts: Record<WarmOutcome, number> = { loaded: 0, held: 0, missing: 0, failed: 0 };
  private done = 0;
  private quarter = 0;

  constructor(
    private readonly total: number,
    private readonly logger: Logger,
  ) {
    logger.info({ total }, 'the catalogue is loaded ahead of its readers');
  }

  tell(outcome: WarmOutcome): void {
    this.counts[outcome]++;
    this.done++;
    const quarter = Math.floor((4 * this.done) / this.total);
    if (quarter === this.quarter || this.done === this.total) return;
    this.quarter = quarter;
    this.logger.info(this.fields, 'the catalogue is being loaded');
  }

  end(): void {
    const isWhole = this.done === this.total;
    this.logger.info(
      this.fields,
      isWhole ? 'the catalogue was loaded ahead' : 'the catalogue was not loaded further',
    );
  }

  private get fields() {
    return { done: this.done, total: this.total, ...this.counts };
  }
}
