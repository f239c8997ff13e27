import { answer, cast, deferred, record, seats, timedOut } from '../../../../test/support/scripted-judges.js';
import { aVerdict } from '../../../../test/support/verdicts.js';
import type { Json } from '../lesson/steps.js';
import { PanelFailedError } from './panel-failed.error.js';

describe('a panel that votes', () => {
  it('asks two judges where they agree, and tells all that the result is made of (LE-4)', async () => {
    const { caller, voted } = cast({
      primary: answer(0.96, 'j/one'),
      secondary: answer(0.92, 'j/two', 'j/two-0613'),
    });
    const result = await voted;
    expect(caller.asked).toEqual(['primary', 'secondary']);
    const given = { recommendation: 'ACCEPT', confidence: 'high', counted: true };
    expect(result).toEqual({
      method: 'agreement',
      score: 0.95,
      recommendation: 'ACCEPT',
      passes: true,
      confidence: 'high',
      hasCritical: false,
      verdicts: [
        {
          role: 'primary',
          modelId: 'j/one',
          servedModel: 'j/one',
          weight: 0.75,
          score: 0.96,
          verdict: aVerdict(0.96),
          ...given,
        },
        {
          role: 'secondary',
          modelId: 'j/two',
          servedModel: 'j/two-0613',
          weight: 0.25,
          score: 0.92,
          verdict: aVerdict(0.92),
          ...given,
        },
      ],
      weights: { primary: 0.75, secondary: 0.25 },
      dissent: [],
      independence: { excluded: [], isSufficient: true },
      thirdAsked: false,
      records: [record('j/one'), record('j/two')],
    });
  });

  it('can be kept as JSON, as it is (LE-7)', async () => {
    const kept: Json = await cast({ primary: answer(0.9, 'j/one'), secondary: answer(0.9, 'j/two') }).voted;
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
  });

  it('asks the first two at once (LE-3)', async () => {
    const { promise, resolve } = deferred();
    const { caller, voted } = cast({ primary: promise, secondary: answer(0.9, 'j/two') });
    expect(caller.asked).toEqual(['primary', 'secondary']);
    resolve(answer(0.9, 'j/one'));
    await voted;
    expect(caller.asked).toHaveLength(2);
  });

  it('asks the third where they disagree, and none that voted (LE-3)', async () => {
    const { caller, voted } = cast({
      primary: answer(0.95, 'j/one'),
      secondary: answer(0.4, 'j/two', 'j/two-0613'),
      tiebreaker: answer(0.91, 'j/three'),
    });
    expect(await voted).toMatchObject({
      method: 'tiebreak_majority',
      recommendation: 'ACCEPT',
      score: 0.934,
      weights: { primary: 0.75, tiebreaker: 0.5 },
      dissent: ['secondary'],
      thirdAsked: true,
      verdicts: [{ counted: true }, { counted: false, recommendation: 'REGENERATE' }, { counted: true }],
    });
    expect(caller.asked).toEqual(['primary', 'secondary', 'tiebreaker']);
    expect(caller.avoided.tiebreaker).toEqual(['j/one', 'j/two', 'j/two-0613', 'w/one']);
  });

  it.each([['primary'], ['secondary']] as const)(
    'has the third one replace a failed %s, and says so (LE-4)',
    async (role) => {
      const { voted } = cast({
        primary: answer(0.92, 'j/one'),
        secondary: answer(0.92, 'j/two'),
        tiebreaker: answer(0.92, 'j/three'),
        [role]: timedOut('j/failed'),
      });
      const result = await voted;
      expect(result).toMatchObject({ method: 'degraded_two', recommendation: 'ACCEPT', thirdAsked: true });
      expect(result.verdicts).toContainEqual({
        role,
        modelId: seats[role].judge.modelId,
        servedModel: null,
        failure: 'timeout',
      });
      expect(result.records).toContainEqual(record('j/failed', 'timeout'));
    },
  );

  it('asks a person where one verdict is left, and keeps its score (LE-4)', async () => {
    const { voted } = cast({
      primary: timedOut('j/one'),
      secondary: answer(0.97, 'j/two'),
      tiebreaker: timedOut('j/three'),
    });
    expect(await voted).toMatchObject({
      method: 'degraded_single',
      recommendation: 'ESCALATE_TO_HUMAN',
      score: 0.97,
      independence: { excluded: [], isSufficient: true },
    });
  });

  it('fails where all do, with what was paid for (LE-4)', async () => {
    const { voted } = cast({
      primary: timedOut('j/one'),
      secondary: timedOut('j/two'),
      tiebreaker: timedOut('j/three'),
    });
    const error = await voted.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PanelFailedError);
    expect(error).toMatchObject({
      code: 'panel-failed',
      retryable: true,
      isByExclusion: false,
      message: expect.stringContaining('secondary (j/two): timeout'),
      records: ['j/one', 'j/two', 'j/three'].map((id) => record(id, 'timeout')),
    });
  });

  it.each([['primary'], ['secondary'], ['tiebreaker']] as const)(
    'takes what is no failure of the %s for what it is (LE-1)',
    async (role) => {
      const cancelled = new Error('cancelled');
      const { voted } = cast({
        primary: answer(0.9, 'j/one'),
        secondary: answer(0.2, 'j/two'),
        tiebreaker: answer(0.9, 'j/three'),
        [role]: cancelled,
      });
      await expect(voted).rejects.toBe(cancelled);
    },
  );

  it('ends, cancelled, once both judges have, so that nothing goes on behind it (LE-7)', async () => {
    const { promise, resolve } = deferred();
    const { voted } = cast({ primary: new Error('cancelled'), secondary: promise });
    let hasEnded = false;
    const ended = voted.catch(() => (hasEnded = true));
    await new Promise(setImmediate);
    expect(hasEnded).toBe(false);
    resolve(answer(0.9, 'j/two'));
    await ended;
    expect(hasEnded).toBe(true);
  });
});
