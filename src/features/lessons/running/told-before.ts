import type { LessonEvent } from '../lesson/lesson-event.js';

/**
 * What earlier runs of a lesson have told. A run that begins again tells it again, since it does again whatever is no
 * step; each of these events is taken back from it once. Estimates are no part of what makes two events the same.
 */
export class ToldBefore {
  private readonly counts = new Map<string, number>();

  constructor(events: readonly LessonEvent[]) {
    for (const event of events) this.counts.set(nameOf(event), (this.counts.get(nameOf(event)) ?? 0) + 1);
  }

  /** Whether the event was told by an earlier run; true as often as it was. */
  take(event: LessonEvent): boolean {
    const count = this.counts.get(nameOf(event)) ?? 0;
    if (count > 0) this.counts.set(nameOf(event), count - 1);
    return count > 0;
  }
}

const nameOf = (event: LessonEvent): string =>
  JSON.stringify(Object.entries({ ...event, remainingMs: null }).toSorted(([a], [b]) => (a < b ? -1 : 1)));
