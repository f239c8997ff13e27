import { aVote } from '../../../../test/support/verdicts.js';
import { agree } from './agree.js';

const critical = { hasCritical: true };

describe('two verdicts', () => {
  it.each([
    ['of the same score', aVote(0.8), aVote(0.8)],
    ['exactly the threshold apart', aVote(1), aVote(0.9)],
    ['exactly the threshold apart, where floating point has it beyond', aVote(0.4), aVote(0.3)],
    ['of medium confidence', aVote(0.8, { confidence: 'medium' }), aVote(0.85, { confidence: 'medium' })],
    ['that both see something critical', aVote(0.95, critical), aVote(0.88, critical)],
  ])('%s agree (LE-3)', (_, one, other) => {
    expect([agree(one, other, 0.1), agree(other, one, 0.1)]).toEqual([true, true]);
  });

  it.each([
    ['of .76 and .74, in two bands,', aVote(0.76), aVote(0.74)],
    ['of .91 and .89, in two bands,', aVote(0.91), aVote(0.89)],
    ['of one band, too far apart,', aVote(0.2), aVote(0.301)],
    ['just beyond the threshold', aVote(0.3), aVote(0.400_001)],
    ['one of which is of low confidence', aVote(0.8), aVote(0.8, { confidence: 'low' })],
    ['both of low confidence', aVote(0.8, { confidence: 'low' }), aVote(0.8, { confidence: 'low' })],
    ['one of which sees something critical', aVote(0.8), aVote(0.8, critical)],
  ])('%s do not agree (LE-3)', (_, one, other) => {
    expect([agree(one, other, 0.1), agree(other, one, 0.1)]).toEqual([false, false]);
  });

  it('agree at a threshold of 0 only where they are equal (LE-3)', () => {
    expect([agree(aVote(0.8), aVote(0.8), 0), agree(aVote(0.8), aVote(0.81), 0)]).toEqual([true, false]);
  });
});
