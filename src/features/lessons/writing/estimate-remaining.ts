import { firstDraft, weightOf } from '../lesson/stages.js';

/** A stage that has run, and how long it took. */
export interface StageTime {
  readonly node: string;
  readonly durationMs: number;
}

/**
 * About how long it is until the next verdict, at the pace so far; `null` while there is none. What the judges will
 * ask for after that nobody knows.
 */
export function estimateRemaining(done: readonly StageTime[]): number | null {
  const elapsed = done.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const worked = weightOf(...done.map(({ node }) => node));
  if (worked === 0) return null;
  const last = done.at(-1)!.node;
  const next = last === 'refiner' ? ['judges'] : firstDraft.slice(firstDraft.indexOf(last) + 1);
  return Math.round((elapsed / worked) * weightOf(...next));
}
