import {
  answer,
  authors,
  cast,
  record,
  seat,
  seats,
  timedOut,
} from '../../../../test/support/scripted-judges.js';
import { JudgeExcludedError } from './judge-excluded.error.js';

describe('a judge of its own draft', () => {
  it('is asked by its fallback, which is told to avoid the authors (LE-5)', async () => {
    const { caller, voted } = cast(
      { primary: answer(0.9, 'j/one-b'), secondary: answer(0.9, 'j/two') },
      authors('j/one'),
    );
    expect(await voted).toMatchObject({ method: 'agreement', verdicts: [{ modelId: 'j/one-b' }, {}] });
    expect(caller.avoided.primary).toEqual(['j/one']);
  });

  it('is not asked where the fallback is an author too, nor where it has none (LE-5)', async () => {
    const { caller, voted } = cast(
      { secondary: answer(0.9, 'j/two'), tiebreaker: answer(0.9, 'j/three') },
      authors('j/one', 'j/one-b'),
    );
    expect(await voted).toMatchObject({
      method: 'degraded_two',
      independence: {
        excluded: [{ role: 'primary', modelId: 'j/one', reason: 'wrote the draft' }],
        isSufficient: true,
      },
    });
    expect(caller.asked).toEqual(['secondary', 'tiebreaker']);

    const alone = cast(
      { secondary: answer(0.9, 'j/two'), tiebreaker: answer(0.9, 'j/three') },
      { ...authors('j/one'), seats: { ...seats, primary: seat('primary', 'j/one', null) } },
    );
    await alone.voted;
    expect(alone.caller.asked).toEqual(['secondary', 'tiebreaker']);
  });

  it('has a void verdict, paid for, where the upstream served an author (LE-5)', async () => {
    const { voted } = cast(
      {
        primary: answer(1, 'j/one', 'w/one-0613'),
        secondary: answer(0.9, 'j/two'),
        tiebreaker: answer(0.92, 'j/three'),
      },
      authors('w/one', 'w/one-0613'),
    );
    const result = await voted;
    expect(result).toMatchObject({ method: 'degraded_two', weights: { secondary: 0.25, tiebreaker: 0.5 } });
    expect(result.verdicts[0]).toEqual({
      role: 'primary',
      modelId: 'j/one',
      servedModel: 'w/one-0613',
      failure: 'wrote the draft',
    });
    expect(result.records[0]).toEqual(record('j/one'));
  });

  it('has a void verdict where an author was asked all the same (LE-5)', async () => {
    const { voted } = cast(
      {
        primary: answer(1, 'j/one', 'j/one-0613'),
        secondary: answer(0.9, 'j/two'),
        tiebreaker: answer(0.92, 'j/three'),
      },
      authors('j/one'),
    );
    expect((await voted).verdicts[0]).toMatchObject({ failure: 'wrote the draft' });
  });

  it('leaves a panel of one to a person, and it is said why (LE-5)', async () => {
    const { caller, voted } = cast(
      { secondary: answer(0.97, 'j/two') },
      authors('j/one', 'j/one-b', 'j/three', 'j/three-b'),
    );
    expect(await voted).toMatchObject({
      method: 'degraded_single',
      recommendation: 'ESCALATE_TO_HUMAN',
      thirdAsked: false,
      independence: { excluded: [{ role: 'primary' }, { role: 'tiebreaker' }], isSufficient: false },
    });
    expect(caller.asked).toEqual(['secondary']);
  });

  it('is nobody to ask where all of them are: that is told apart from judges that failed (LE-5)', async () => {
    const everyone = Object.values(seats).flatMap(({ judge }) => [judge.modelId, judge.fallbackModelId!]);
    const { caller, voted } = cast({}, authors(...everyone));
    await expect(voted).rejects.toMatchObject({
      code: 'panel-failed',
      isByExclusion: true,
      message: expect.stringContaining('wrote the draft'),
    });
    expect(caller.asked).toEqual([]);
  });

  it('is as nobody where one judge is left and fails: a person has to (LE-5)', async () => {
    const { voted } = cast(
      { secondary: timedOut('j/two') },
      authors('j/one', 'j/one-b', 'j/three', 'j/three-b'),
    );
    await expect(voted).rejects.toMatchObject({ isByExclusion: true, thirdAsked: false });
  });

  it('is excluded by the word of the caller as well (LE-5)', async () => {
    const { voted } = cast({
      primary: new JudgeExcludedError('primary', ['j/one']),
      secondary: answer(0.9, 'j/two'),
      tiebreaker: answer(0.9, 'j/three'),
    });
    expect(await voted).toMatchObject({
      method: 'degraded_two',
      independence: { excluded: [{ role: 'primary', reason: 'wrote the draft' }] },
    });
  });
});

describe('a model', () => {
  it('votes once: the secondary judge is void where the same model served both (LE-5)', async () => {
    const { voted } = cast({
      primary: answer(0.95, 'j/one', 'shared'),
      secondary: answer(0.95, 'j/two', 'shared'),
      tiebreaker: answer(0.93, 'j/three'),
    });
    expect(await voted).toMatchObject({
      method: 'degraded_two',
      thirdAsked: true,
      verdicts: [
        { role: 'primary', counted: true },
        { role: 'secondary', servedModel: 'shared', failure: 'voted already' },
        { role: 'tiebreaker', counted: true },
      ],
      independence: { excluded: [{ role: 'secondary', reason: 'voted already' }], isSufficient: true },
    });
  });

  it('votes for the secondary judge where the primary one is void (LE-5)', async () => {
    const { voted } = cast(
      {
        primary: answer(0.95, 'j/one', 'w/one'),
        secondary: answer(0.95, 'j/two'),
        tiebreaker: answer(0.95, 'j/one', 'j/one'),
      },
      authors('w/one'),
    );
    expect((await voted).verdicts.map((each) => 'counted' in each && each.counted)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('votes once as tiebreaker too, whatever it was asked as (LE-5)', async () => {
    const { voted } = cast({
      primary: answer(0.95, 'j/one'),
      secondary: answer(0.4, 'j/two'),
      tiebreaker: answer(0.95, 'j/three', 'j/one'),
    });
    expect(await voted).toMatchObject({
      method: 'degraded_two',
      recommendation: 'ESCALATE_TO_HUMAN',
      thirdAsked: true,
    });
  });

  it('that voted is not asked again, where the tiebreaker has no other (LE-5)', async () => {
    const { caller, voted } = cast(
      { primary: answer(0.95, 'j/one-b'), secondary: answer(0.4, 'j/two') },
      { seats: { ...seats, tiebreaker: seat('tiebreaker', 'w/one', 'j/one-b') } },
    );
    expect(await voted).toMatchObject({
      method: 'degraded_two',
      recommendation: 'ESCALATE_TO_HUMAN',
      independence: { excluded: [{ role: 'tiebreaker', modelId: 'w/one', reason: 'voted already' }] },
    });
    expect(caller.asked).toEqual(['primary', 'secondary']);
  });
});
