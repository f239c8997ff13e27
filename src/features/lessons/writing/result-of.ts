import type { LessonResult } from '../lesson/lesson-result.js';
import type { LessonState } from '../lesson/lesson-state.js';
import type { Iteration, Next } from '../refining/decide-next.js';
import { summarizeCalls } from './summarize-calls.js';

/** A draft that was judged. */
export interface Judged {
  readonly state: LessonState;
  readonly iteration: Iteration;
}

/** How a lesson ends. */
export type Ending = Exclude<Next, { readonly next: 'refine' | 'regenerate' }>;

/** The draft that was chosen, or, where a person has to choose, the best one; with all that was paid for. */
export function resultOf(
  ending: Ending,
  judged: readonly Judged[],
  calls = judged.at(-1)!.state.calls,
): LessonResult {
  const chosen = 'iteration' in ending ? judged[ending.iteration - 1]! : bestOf(judged);
  return {
    outcome: ending.next,
    because: 'because' in ending ? ending.because : null,
    markdown: chosen.state.draft!,
    iteration: chosen.iteration.iteration,
    iterations: judged.map(judgedDraft),
    vote: chosen.state.vote!,
    calls,
    cost: summarizeCalls(calls),
  };
}

/** A draft that nobody of the panel may judge: a person has to (LE-5). */
export function unjudged(state: LessonState, judged: readonly Judged[]): LessonResult {
  return {
    outcome: 'escalated',
    because: 'independence',
    markdown: state.draft!,
    iteration: state.iteration,
    iterations: judged.map(judgedDraft),
    vote: null,
    calls: state.calls,
    cost: summarizeCalls(state.calls),
  };
}

const judgedDraft = ({ iteration, state }: Judged) => ({ ...iteration, method: state.vote!.method });

/** The latest of equals. */
const bestOf = (judged: readonly Judged[]): Judged =>
  judged.reduce((best, each) => (each.iteration.score >= best.iteration.score ? each : best));
