import { simulatedLessonModel } from '../src/testing/index.js';
import { LessonRig, stageOf } from './support/lesson-rig.js';

/** What each verdict gives, by its number: two to a draft where judges agree. */
const scores = (...given: number[]) =>
  simulatedLessonModel({ score: (verdict) => given[Math.min(verdict, given.length) - 1]! });

describe('drafts until the judges are content (LE-6)', () => {
  let rig: LessonRig;

  afterEach(() => rig.dispose());

  const drafts = () =>
    rig.upstream.calls.map(stageOf).filter((stage) => stage !== 'judge' && stage !== 'planner');

  it('mends a draft by what was found wrong with it, and keeps the scores of each', async () => {
    rig = await LessonRig.start(scores(0.8, 0.8, 0.92));
    const { outcome, iterations, iteration } = await rig.write();
    expect([outcome, iteration]).toEqual(['accepted', 2]);
    expect(iterations.map(({ score }) => score)).toEqual([0.8, 0.92]);
    expect(rig.modelsOf('refiner')).toHaveLength(1);
    const refiner = rig.upstream.calls.find((call) => stageOf(call) === 'refiner');
    expect(refiner!.messages.at(-1)!.content).toContain('The examples are thin');
  });

  it('writes a draft anew that is not worth mending, and plans it once', async () => {
    rig = await LessonRig.start(scores(0.3, 0.3, 0.92));
    const { outcome } = await rig.write();
    expect(outcome).toBe('accepted');
    expect(rig.modelsOf('planner')).toHaveLength(1);
    expect(rig.modelsOf('smoother')).toHaveLength(2);
  });

  it('takes the best of three drafts, labelled, where none is accepted', async () => {
    rig = await LessonRig.start(scores(0.76, 0.76, 0.8, 0.8, 0.78));
    expect(await rig.write()).toMatchObject({
      outcome: 'best-effort',
      because: 'iterations',
      iteration: 2,
      vote: { score: 0.8 },
    });
    expect(drafts().filter((stage) => stage === 'refiner')).toHaveLength(2);
  });

  it('leaves it to a person where no draft is good enough', async () => {
    rig = await LessonRig.start(scores(0.65));
    expect(await rig.write()).toMatchObject({ outcome: 'escalated', because: 'iterations' });
  });

  it('leaves it to a person where three judges say three things (LE-4)', async () => {
    rig = await LessonRig.start(scores(0.95, 0.78, 0.4));
    expect(await rig.write()).toMatchObject({
      outcome: 'escalated',
      because: 'judges',
      vote: { method: 'tiebreak_split', recommendation: 'ESCALATE_TO_HUMAN' },
    });
  });

  it('begins no draft past its tokens', async () => {
    rig = await LessonRig.start(scores(0.8), { LESSON_MAX_TOKENS: '1000' });
    expect(await rig.write()).toMatchObject({ outcome: 'best-effort', because: 'tokens', iteration: 1 });
    expect(rig.modelsOf('refiner')).toEqual([]);
  });

  it('fails where no judge answers, which is no verdict (LE-4)', async () => {
    rig = await LessonRig.start();
    const { judges } = await rig.config.getJudgeModels('en');
    for (const model of judges.flatMap(({ modelId, fallbackModelId }) => [modelId, fallbackModelId]))
      if (model !== null) rig.upstream.behave({ kind: 'status', status: 400 }, { model });
    const { status, error } = await rig.ended(await rig.submit());
    expect([status, error!.code]).toEqual(['failed', 'panel-failed']);
  });
});
