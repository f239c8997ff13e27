import { aVote } from '../../../../test/support/verdicts.js';
import { passes, recommend } from './recommend.js';

describe('the recommendation of a score', () => {
  it.each([
    [1, 'ACCEPT'],
    [0.9, 'ACCEPT'],
    [0.899_999_999, 'ACCEPT_WITH_MINOR_REVISION'],
    [0.75, 'ACCEPT_WITH_MINOR_REVISION'],
    [0.749_999_999, 'ITERATIVE_REFINEMENT'],
    [0.6, 'ITERATIVE_REFINEMENT'],
    [0.599_999_999, 'REGENERATE'],
    [0, 'REGENERATE'],
  ])('of %d is %s (LE-3)', (score, expected) => {
    expect(recommend(aVote(score))).toBe(expected);
    expect(recommend(aVote(score, { confidence: 'medium' }))).toBe(expected);
  });

  it.each([0, 0.6, 0.75, 0.9, 1])('of %d at low confidence is to ask a person (LE-3)', (score) => {
    expect(recommend(aVote(score, { confidence: 'low' }))).toBe('ESCALATE_TO_HUMAN');
  });

  it.each([
    [1, 'ITERATIVE_REFINEMENT'],
    [0.9, 'ITERATIVE_REFINEMENT'],
    [0.75, 'ITERATIVE_REFINEMENT'],
    [0.6, 'ITERATIVE_REFINEMENT'],
    [0.59, 'REGENERATE'],
  ])('of %d with a critical issue is %s, and never to accept (LE-3)', (score, expected) => {
    expect(recommend(aVote(score, { hasCritical: true }))).toBe(expected);
  });

  it('is beside whether the rubric is met, which is so from .70 on (LE-3)', () => {
    expect([0, 0.699_999_999, 0.7, 1].map(passes)).toEqual([false, false, true, true]);
  });
});
