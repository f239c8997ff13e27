import type { LessonLimits } from '../lesson/lesson-limits.js';
import type { Recommendation } from '../judging/recommend.js';

/** What the panel made of one draft. */
export type Iteration = {
  /** From 1. */
  readonly iteration: number;
  /** 0..1 */
  readonly score: number;
  readonly recommendation: Recommendation;
  /** Something in it would teach wrong, or misses an objective. */
  readonly hasCritical: boolean;
  /** Of the lesson up to here. */
  readonly tokens: number;
  readonly elapsedMs: number;
};

/** Why no more is tried; `models`: those that were asked gave nothing. */
export type Exhausted = 'iterations' | 'tokens' | 'time' | 'models' | 'prompts';

/** An end that is not what was wished for. */
export type Settled =
  /** Nothing more may be tried, and this one is good enough; it is labelled as such. */
  | { readonly next: 'best-effort'; readonly iteration: number; readonly because: Exhausted }
  | { readonly next: 'escalated'; readonly because: 'judges' | Exhausted };

export type Next =
  | { readonly next: 'accepted'; readonly iteration: number }
  /** The last draft is mended, by the issues that were found. */
  | { readonly next: 'refine' }
  /** It is written anew. */
  | { readonly next: 'regenerate' }
  | Settled;

const accepting: ReadonlySet<Recommendation> = new Set(['ACCEPT', 'ACCEPT_WITH_MINOR_REVISION']);
const refusing: ReadonlySet<Recommendation> = new Set(['REGENERATE', 'ESCALATE_TO_HUMAN']);

/** How a lesson goes on after its last draft was judged (LE-6). It ends after `maxIterations` drafts at the latest. */
export function decideNext(limits: LessonLimits, iterations: readonly Iteration[]): Next {
  const last = iterations.at(-1);
  if (last === undefined) return { next: 'regenerate' };
  const { recommendation, score, iteration } = last;
  if (recommendation === 'ESCALATE_TO_HUMAN') return { next: 'escalated', because: 'judges' };
  if (score >= limits.acceptScore && accepting.has(recommendation)) return { next: 'accepted', iteration };
  const because = findExhausted(limits, last, iterations.length);
  if (because === null) return { next: recommendation === 'REGENERATE' ? 'regenerate' : 'refine' };
  return settle(limits, iterations, because);
}

/** How a lesson ends of which no more can be tried. */
export function settle(limits: LessonLimits, iterations: readonly Iteration[], because: Exhausted): Settled {
  const best = findBest(limits, iterations);
  return best === null
    ? { next: 'escalated', because }
    : { next: 'best-effort', iteration: best.iteration, because };
}

/** Asked for what is left, not for what is used up: of a number that is none, nothing is left. */
function findExhausted(limits: LessonLimits, last: Iteration, tried: number): Exhausted | null {
  if (!(tried < limits.maxIterations)) return 'iterations';
  if (!(last.tokens < limits.maxTokens)) return 'tokens';
  return last.elapsedMs < limits.maxMs ? null : 'time';
}

/** The latest of equals: it has had the most issues mended. What has a critical one is not good enough at any score. */
function findBest({ goodEnoughScore }: LessonLimits, iterations: readonly Iteration[]): Iteration | null {
  return iterations
    .filter(
      ({ score, recommendation, hasCritical }) =>
        score >= goodEnoughScore && !refusing.has(recommendation) && !hasCritical,
    )
    .reduce<Iteration | null>(
      (best, each) => (best === null || each.score >= best.score ? each : best),
      null,
    );
}
