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

  it('ends with the draft that was good enough where the models fail that were to mend it, all calls counted', async () => {
    const simulated = scores(0.8);
    rig = await LessonRig.start((call) => {
      if (stageOf(call) === 'judge')
        rig.upstream.behave({ kind: 'status', status: 400 }, { model: generator });
      return simulated(call);
    });
    const models = await rig.config.getModelForPhase('stage_6_refinement', { language: 'en' });
    const emergency = await rig.config.getModelForPhase('emergency');
    const generator = models.modelId;
    for (const model of [models.fallbackModelId!, emergency.modelId])
      rig.upstream.behave({ kind: 'status', status: 400 }, { model });
    const { calls, cost, ...result } = await rig.write();
    expect(result).toMatchObject({ outcome: 'best-effort', because: 'models', iteration: 1 });
    expect(calls.filter(({ phase }) => phase === 'stage_6_refinement').map(({ outcome }) => outcome)).toEqual(
      ['refused', 'refused', 'refused'],
    );
    expect([calls.length, cost.calls]).toEqual([rig.upstream.calls.length, rig.upstream.calls.length]);
  });

  it('leaves a draft to a person where the panel fails on the next one and it was not good enough', async () => {
    const simulated = scores(0.65);
    rig = await LessonRig.start((call) => {
      if (stageOf(call) === 'refiner') rig.upstream.behave({ kind: 'status', status: 400 });
      return simulated(call);
    });
    expect(await rig.write()).toMatchObject({ outcome: 'escalated', because: 'models', iteration: 1 });
  });

  it('fails where the key is refused of a judge: that is nothing that a judge did (LE-4)', async () => {
    const simulated = scores(0.92);
    rig = await LessonRig.start((call) => {
      if (stageOf(call) === 'smoother') rig.upstream.behave({ kind: 'status', status: 401 });
      return simulated(call);
    });
    const { status, error } = await rig.ended(await rig.submit());
    expect([status, error!.code]).toEqual(['failed', 'llm-call-failed']);
    expect(rig.modelsOf('judge')).toHaveLength(2);
  });
});
