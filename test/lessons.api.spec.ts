import { LessonRig, lessonSpec, stageOf } from './support/lesson-rig.js';

const stages = ['planner', 'expander', 'assembler', 'smoother'];

describe('a lesson (LE-1)', () => {
  let rig: LessonRig;

  beforeEach(async () => {
    rig = await LessonRig.start();
  });
  afterEach(() => rig.dispose());

  const phase = (name: string) => rig.config.getModelForPhase(name, { language: 'en' });
  const panel = () => rig.config.getJudgeModels('en');

  it('goes from outline to sections, document and transitions, and is accepted by two judges', async () => {
    const result = await rig.write();
    expect(result).toMatchObject({ outcome: 'accepted', because: null, vote: { method: 'agreement' } });
    expect(result.markdown).toMatch(/^# Caches\n/);
    for (const { title } of lessonSpec.sections) expect(result.markdown).toContain(`## ${title}`);
    expect(rig.upstream.calls.map(stageOf)).toEqual([
      'planner',
      ...lessonSpec.sections.map(() => 'expander'),
      'assembler',
      'smoother',
      'judge',
      'judge',
    ]);
  });

  it.each(stages)('asks for the %s the model, temperature and tokens of its phase alone', async (stage) => {
    const name = `stage_6_${stage}`;
    const path = `/admin/phases/${name}?language=${stage === 'expander' ? 'en' : 'any'}`;
    await rig.app.edit(path, { temperature: 0, maxTokens: 77 });
    const { modelId } = await phase(name);
    await rig.write();
    for (const call of rig.upstream.calls.filter((each) => stageOf(each) === stage))
      expect(call).toMatchObject({ model: modelId, temperature: 0, maxTokens: 77 });
    for (const call of rig.upstream.calls.filter((each) => stageOf(each) !== stage))
      expect(call.maxTokens).not.toBe(77);
  });

  it('keeps with every call the model that served it, its tokens, its cost and the version of the configuration', async () => {
    const { modelId, meta } = await phase('stage_6_planner');
    await rig.app.edit(`/admin/models/${modelId}`, { inputUsdPerMtok: 1, outputUsdPerMtok: 10 });
    const { calls, cost } = await rig.write();
    const [planned] = calls;
    expect(planned).toMatchObject({
      phase: 'stage_6_planner',
      rank: 'primary',
      modelId,
      servedModel: modelId,
      outcome: 'ok',
      configVersion: meta.version + 1,
    });
    const { inputTokens, outputTokens, costUsd } = planned!;
    expect(inputTokens! * outputTokens!).toBeGreaterThan(0);
    expect(costUsd).toBeCloseTo((inputTokens! + 10 * outputTokens!) / 1e6, 12);
    expect(cost.costUsd).toBeCloseTo(
      calls.reduce((sum, call) => sum + call.costUsd!, 0),
      12,
    );
    expect(cost.isComplete).toBe(true);
  });

  it('takes the fallback where the primary is retired, and emergency where that fails too', async () => {
    const { modelId, fallbackModelId } = await phase('stage_6_planner');
    const emergency = (await phase('emergency')).modelId;
    rig.upstream.behave('retired', { model: modelId });
    rig.upstream.behave({ kind: 'status', status: 400 }, { model: fallbackModelId! });
    const { calls } = await rig.write();
    expect(calls.slice(0, 3).map(({ rank, modelId: id, outcome }) => [rank, id, outcome])).toEqual([
      ['primary', modelId, 'model-gone'],
      ['fallback', fallbackModelId, 'refused'],
      ['emergency', emergency, 'ok'],
    ]);
    // A model that is gone is asked once, by whatever stage.
    expect(rig.upstream.calls.filter(({ model }) => model === modelId)).toHaveLength(1);
  });

  it('fails with what each model did where none answers, and pays for no other stage', async () => {
    const names = ['stage_6_planner', 'emergency'].map(phase);
    const [planner, emergency] = await Promise.all(names);
    for (const model of [planner!.modelId, planner!.fallbackModelId!, emergency!.modelId])
      rig.upstream.behave({ kind: 'status', status: 400 }, { model });
    const { status, error } = await rig.ended(await rig.submit());
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'models-exhausted' });
    for (const rank of ['primary', 'fallback', 'emergency']) expect(error!.message).toContain(rank);
    expect(rig.upstream.calls).toHaveLength(3);
  });

  it('is refused with the setting that is missing where there is no key (LE-2)', async () => {
    const bare = await LessonRig.start(undefined, { LLM_API_KEY: '' });
    const { status, body } = await bare.app.ask<{ code: string; detail: string }>('/api/v1/lessons', {
      method: 'POST',
      body: lessonSpec,
    });
    expect([status, body.code]).toEqual([503, 'llm-not-configured']);
    expect(body.detail).toContain('LLM_API_KEY');
    await bare.dispose();
  });

  it('fails at once where the key is refused, and asks nobody else with it (LE-2)', async () => {
    rig.upstream.behave({ kind: 'status', status: 401 });
    const { error } = await rig.ended(await rig.submit());
    expect(error!.message).toContain('LLM_API_KEY');
    expect(rig.upstream.calls).toHaveLength(1);
  });

  it('never asks a model that served the draft for its verdict, whatever it is called (LE-5)', async () => {
    const { modelId } = await phase('stage_6_smoother');
    const { primary } = await panel();
    rig.upstream.behave({ kind: 'served-by', model: modelId }, { model: primary.modelId });
    const { vote, outcome } = await rig.write();
    expect(vote).toMatchObject({ method: 'degraded_two', thirdAsked: true });
    expect(vote!.independence.excluded).toEqual([
      { role: 'primary', modelId: primary.modelId, reason: 'wrote the draft' },
    ]);
    expect(outcome).toBe('accepted');
  });

  it('asks a judge by its fallback where its model fails, with the weight of the judge (LE-4)', async () => {
    const { primary } = await panel();
    rig.upstream.behave('retired', { model: primary.modelId });
    const { vote } = await rig.write();
    expect(vote!.method).toBe('agreement');
    expect(vote!.verdicts[0]).toMatchObject({ role: 'primary', modelId: primary.fallbackModelId });
    expect(vote!.weights.primary).toBe(primary.weight);
  });
});
