/** What a stage takes beside the others, from what stages with the sample's settings write: a guess, and told as one. */
const weight: Readonly<Record<string, number>> = {
  planner: 1,
  expander: 4,
  assembler: 3,
  smoother: 3,
  refiner: 3,
  judges: 1,
};
const firstDraft = ['planner', 'expander', 'assembler', 'smoother', 'judges'];

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
  const worked = done.reduce((sum, { node }) => sum + (weight[node] ?? 1), 0);
  if (worked === 0) return null;
  const last = done.at(-1)!.node;
  const next = last === 'refiner' ? ['judges'] : firstDraft.slice(firstDraft.indexOf(last) + 1);
  const left = next.reduce((sum, node) => sum + weight[node]!, 0);
  return Math.round((elapsed / worked) * left);
}
