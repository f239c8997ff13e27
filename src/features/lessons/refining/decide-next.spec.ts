import * as fc from 'fast-check';
import type { Recommendation } from '../judging/recommend.js';
import { decideNext, type Iteration, type Next } from './decide-next.js';

const limits = {
  acceptScore: 0.85,
  goodEnoughScore: 0.75,
  maxIterations: 3,
  maxTokens: 1_000,
  maxMs: 60_000,
  agreementThreshold: 0.1,
};
type Judged = [score: number, recommendation: Recommendation, hasCritical?: boolean];
const refine: Judged = [0.7, 'ITERATIVE_REFINEMENT'];
const minor = (score: number): Judged => [score, 'ACCEPT_WITH_MINOR_REVISION'];

/** Judged one after the other, each for a tenth of the budgets. */
const after = (...judged: Judged[]): Iteration[] =>
  judged.map(([score, recommendation, hasCritical = false], at) => ({
    iteration: at + 1,
    score,
    recommendation,
    hasCritical,
    tokens: (at + 1) * 100,
    elapsedMs: (at + 1) * 6_000,
  }));
const spent = (judged: Judged[], over: Partial<Iteration>): Iteration[] =>
  after(...judged).map((each, at, all) => (at === all.length - 1 ? { ...each, ...over } : each));

describe('how a lesson goes on', () => {
  it.each<[string, Judged[], Next]>([
    ['nothing was written', [], { next: 'regenerate' }],
    ['.85 to be accepted', [minor(0.85)], { next: 'accepted', iteration: 1 }],
    ['.95 to be accepted, at last', [refine, refine, [0.95, 'ACCEPT']], { next: 'accepted', iteration: 3 }],
    ['.84, with minor revision', [minor(0.84)], { next: 'refine' }],
    ['.95 with a critical issue', [[0.95, 'ITERATIVE_REFINEMENT']], { next: 'refine' }],
    ['.70', [refine], { next: 'refine' }],
    ['.40', [[0.4, 'REGENERATE']], { next: 'regenerate' }],
    ['.40 after .80', [minor(0.8), [0.4, 'REGENERATE']], { next: 'regenerate' }],
    ['a person to be asked', [[0.95, 'ESCALATE_TO_HUMAN']], { next: 'escalated', because: 'judges' }],
    [
      'a person to be asked, after a good one',
      [minor(0.84), [0.9, 'ESCALATE_TO_HUMAN']],
      { next: 'escalated', because: 'judges' },
    ],
    [
      'three that are not good enough',
      [refine, refine, [0.74, 'ITERATIVE_REFINEMENT']],
      { next: 'escalated', because: 'iterations' },
    ],
    [
      'three, of which the best has a critical issue',
      [minor(0.76), [0.89, 'ITERATIVE_REFINEMENT', true], refine],
      { next: 'best-effort', iteration: 1, because: 'iterations' },
    ],
    [
      'three, of which the second is the best',
      [minor(0.76), minor(0.8), refine],
      { next: 'best-effort', iteration: 2, because: 'iterations' },
    ],
    [
      'three, of which two are the best: the later one',
      [minor(0.8), refine, minor(0.8)],
      { next: 'best-effort', iteration: 3, because: 'iterations' },
    ],
    [
      'three, of which the last one is to be written anew',
      [minor(0.75), refine, [0.2, 'REGENERATE']],
      { next: 'best-effort', iteration: 1, because: 'iterations' },
    ],
    [
      'three to be written anew',
      Array.from({ length: 3 }, (): Judged => [0.8, 'REGENERATE']),
      { next: 'escalated', because: 'iterations' },
    ],
  ])('after %s (LE-6)', (_, judged, expected) => {
    expect(decideNext(limits, after(...judged))).toEqual(expected);
  });

  it.each<[string, Partial<Iteration>, 'tokens' | 'time' | null]>([
    ['all its tokens', { tokens: 1_000 }, 'tokens'],
    ['more than its tokens', { tokens: 5_000 }, 'tokens'],
    ['all its time', { elapsedMs: 60_000 }, 'time'],
    ['tokens that nobody knows', { tokens: Number.NaN }, 'tokens'],
    ['almost all of both', { tokens: 999, elapsedMs: 59_999 }, null],
  ])('having used %s (LE-6)', (_, over, because) => {
    const [good, bad] = [[minor(0.8)], [refine]].map((judged) => decideNext(limits, spent(judged, over)));
    const [ifGood, ifBad] =
      because === null
        ? [{ next: 'refine' }, { next: 'refine' }]
        : [
            { next: 'best-effort', iteration: 1, because },
            { next: 'escalated', because },
          ];
    expect([good, bad]).toEqual([ifGood, ifBad]);
  });

  it('accepts what is good, however much it took (LE-6)', () => {
    const over = { tokens: 9_999, elapsedMs: 999_999 };
    expect(decideNext(limits, spent([minor(0.85)], over))).toEqual({ next: 'accepted', iteration: 1 });
  });

  it('ends within the iterations there are, whatever the judges say (LE-6)', () => {
    const judged = fc.record({
      score: fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
      recommendation: fc.constantFrom<Recommendation>(
        'ACCEPT',
        'ACCEPT_WITH_MINOR_REVISION',
        'ITERATIVE_REFINEMENT',
        'REGENERATE',
        'ESCALATE_TO_HUMAN',
      ),
      hasCritical: fc.boolean(),
      tokens: fc.nat(200),
      elapsedMs: fc.nat(20_000),
    });
    const drafts = fc.array(judged, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(drafts, fc.integer({ min: 1, max: 8 }), (given, maxIterations) => {
        const held: Iteration[] = [];
        const within = { ...limits, maxIterations };
        let next = decideNext(within, held);
        for (const { tokens, elapsedMs, ...verdict } of given) {
          if (next.next !== 'refine' && next.next !== 'regenerate') break;
          const last = held.at(-1) ?? { tokens: 0, elapsedMs: 0 };
          held.push({
            iteration: held.length + 1,
            ...verdict,
            tokens: last.tokens + tokens,
            elapsedMs: last.elapsedMs + elapsedMs,
          });
          next = decideNext(within, held);
        }
        expect(held.length).toBeLessThanOrEqual(maxIterations);
        expect(['accepted', 'best-effort', 'escalated']).toContain(next.next);
        const chosen = 'iteration' in next ? held[next.iteration - 1]! : null;
        expect(chosen?.recommendation ?? 'ACCEPT').not.toMatch(/REGENERATE|ESCALATE/);
        expect(chosen?.score ?? 1).toBeGreaterThanOrEqual(limits.goodEnoughScore);
      }),
    );
  });
});
