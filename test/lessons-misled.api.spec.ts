import { simulatedLessonModel } from '../src/testing/index.js';
import { LessonRig, stageOf } from './support/lesson-rig.js';

describe('a lesson whose models are not what they seem', () => {
  let rig: LessonRig;

  afterEach(() => rig.dispose());

  it('is left to a person with every verdict that was paid for, where all of them are void (LE-4, LE-5)', async () => {
    rig = await LessonRig.start();
    const { modelId } = await rig.config.getModelForPhase('stage_6_smoother', { language: 'en' });
    const { judges } = await rig.config.getJudgeModels('en');
    for (const judge of judges)
      rig.upstream.behave({ kind: 'served-by', model: modelId }, { model: judge.modelId });
    const { outcome, because, vote, calls, cost } = await rig.write();
    expect([outcome, because, vote]).toEqual(['escalated', 'independence', null]);
    expect(rig.upstream.calls.filter((call) => stageOf(call) === 'judge')).toHaveLength(3);
    expect(calls).toHaveLength(rig.upstream.calls.length);
    expect(cost.rows.filter(({ phase }) => phase === 'stage_6_judge')).toHaveLength(3);
  });

  it.each(['invalid-json', 'html', 'reset'] as const)(
    'costs at least what is told where a paid answer came as %s (LE-8, LE-9)',
    async (mode) => {
      rig = await LessonRig.start();
      rig.upstream.behave(mode, { times: 1 });
      const { outcome, calls, cost } = await rig.write();
      expect([outcome, calls[0]!.attempts, calls[0]!.costUsd]).toEqual(['accepted', 2, null]);
      expect(cost.isComplete).toBe(false);
    },
  );

  it('costs exactly what is told where failed attempts are not charged (LE-8)', async () => {
    rig = await LessonRig.start();
    rig.upstream.behave('fail', { times: 1 });
    const { calls, cost } = await rig.write();
    expect([calls[0]!.attempts, cost.isComplete]).toEqual([2, true]);
  });

  it('is refused before anything is paid for where its sources leave a prompt no room for a draft (PR-9)', async () => {
    rig = await LessonRig.start();
    const passages = Array.from({ length: 20 }, (_, at) => ({
      source: `${at}`,
      text: 'word '.repeat(9_500),
    }));
    const { status, error } = await rig.ended(await rig.submit({ passages }));
    expect([status, error!.code]).toEqual(['failed', 'prompt-too-large']);
    expect(rig.upstream.calls).toEqual([]);
  });

  it('is refused before anything is paid for where its sources are too long for the judges (LE-1, LE-3)', async () => {
    rig = await LessonRig.start();
    const passages = Array.from({ length: 18 }, (_, at) => ({
      source: `${at}`,
      text: 'word '.repeat(9_000),
    }));
    const { status, error } = await rig.ended(await rig.submit({ passages }));
    expect([status, error!.code]).toEqual(['failed', 'lesson-too-long']);
    expect(rig.upstream.calls).toEqual([]);
  });

  it('is planned by the models of the extended tier where its sources are long, and judged (MC-8, LE-1)', async () => {
    rig = await LessonRig.start();
    const passages = Array.from({ length: 12 }, (_, at) => ({
      source: `${at}`,
      text: 'word '.repeat(9_000),
    }));
    const { modelId } = await rig.config.getModelForPhase('stage_6_planner', {
      language: 'en',
      tokenCount: 130_000,
    });
    expect((await rig.write({ passages })).outcome).toBe('accepted');
    expect([...new Set([...rig.modelsOf('planner'), ...rig.modelsOf('expander')])]).toEqual([modelId]);
  });

  it('says of every call whose answer was cut at its tokens that it was (LE-1)', async () => {
    rig = await LessonRig.start();
    const { modelId } = await rig.config.getModelForPhase('stage_6_smoother', { language: 'en' });
    await rig.app.edit('/admin/phases/stage_6_smoother?language=any', {
      modelId: 'meta-llama/llama-4-maverick',
    });
    rig.upstream.behave('cut', { model: 'meta-llama/llama-4-maverick' });
    const { calls } = await rig.write();
    expect(modelId).not.toBe('meta-llama/llama-4-maverick');
    expect(calls.filter(({ isCut }) => isCut).map(({ phase }) => phase)).toEqual(['stage_6_smoother']);
  });

  it('is written anew by the reasons of its judges where they list no issue (LE-6)', async () => {
    const model = simulatedLessonModel({ score: (verdict) => (verdict > 2 ? 0.92 : 0.3) });
    rig = await LessonRig.start((call) => {
      const text = model(call);
      if (stageOf(call) !== 'judge') return text;
      return JSON.stringify({ ...JSON.parse(text), rationale: 'It bores everybody', issues: [] });
    });
    expect(await rig.write()).toMatchObject({ outcome: 'accepted', iteration: 2 });
    const asked = rig.upstream.calls.filter((call) => stageOf(call) === 'expander');
    const isTold = asked.map(({ messages }) => messages.at(-1)!.content.includes('It bores everybody'));
    expect(isTold).toEqual([false, false, false, true, true, true]);
  });
});
