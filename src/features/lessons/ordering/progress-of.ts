import type { LessonEvent } from '../lesson/lesson-event.js';

/** How far a lesson is. What was not told of yet is `null`. */
export interface LessonProgress {
  readonly node: string | null;
  readonly iteration: number | null;
  readonly sections: { readonly done: number; readonly of: number } | null;
  readonly score: number | null;
  readonly tokens: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
  readonly remainingMs: number | null;
}

/** @param events the last of each kind, in their order */
export function progressOf(events: readonly LessonEvent[]): LessonProgress {
  const last = <T extends LessonEvent['type']>(type: T) =>
    events.findLast((event): event is Extract<LessonEvent, { type: T }> => event.type === type);
  const node = events.findLast(({ type }) => type === 'node-started' || type === 'node-finished') as
    Extract<LessonEvent, { node: string }> | undefined;
  const finished = last('node-finished');
  const section = last('section');
  return {
    node: node?.node ?? null,
    iteration: node?.iteration ?? null,
    sections: section ? { done: section.done, of: section.of } : null,
    score: last('verdict')?.score ?? null,
    tokens: finished?.tokens ?? null,
    costUsd: finished?.costUsd ?? null,
    remainingMs: last('ended') ? 0 : (finished?.remainingMs ?? null),
  };
}
