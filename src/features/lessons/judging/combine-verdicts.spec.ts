import { aVote } from '../../../../test/support/verdicts.js';
import { combineVerdicts } from './combine-verdicts.js';

describe('several verdicts as one', () => {
  it('have the weighted mean as their score, and not the plain one (LE-4)', () => {
    const votes = [aVote(1, { weight: 0.75 }), aVote(0.6, { weight: 0.25 })];
    expect(combineVerdicts(votes).score).toBe(0.9);
  });

  it('stay at the edge of a band where all are at it, whatever they weigh (LE-4)', () => {
    const weights = [0.1, 0.2, 0.7, 0.3, 0.333];
    for (const score of [0.6, 0.75, 0.9])
      expect(combineVerdicts(weights.map((weight) => aVote(score, { weight }))).score).toBe(score);
  });

  it('are as sure as the least sure of them (LE-4)', () => {
    const sure = (...all: ('low' | 'medium' | 'high')[]) =>
      combineVerdicts(all.map((confidence) => aVote(0.8, { confidence }))).confidence;
    expect([sure('high', 'high'), sure('high', 'medium'), sure('medium', 'low', 'high')]).toEqual([
      'high',
      'medium',
      'low',
    ]);
  });

  it('have a critical issue where any has one (LE-4)', () => {
    expect(combineVerdicts([aVote(0.9), aVote(0.9, { hasCritical: true })]).hasCritical).toBe(true);
    expect(combineVerdicts([aVote(0.9), aVote(0.9)]).hasCritical).toBe(false);
  });
});
