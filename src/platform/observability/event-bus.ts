import type { LastgoodEvent, Report } from '../../core/index.js';

/** Hands every event to every fold, synchronously. */
export class EventBus {
  private readonly folds: Report[] = [];

  readonly report: Report = (event: LastgoodEvent) => {
    for (const fold of this.folds) fold(event);
  };

  subscribe(fold: Report): void {
    this.folds.push(fold);
  }
}
