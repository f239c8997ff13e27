import { aPhase, aSnapshot } from '../../../test/support/config-rows.js';
import { ModelConfigRig, rigConfig } from '../../../test/support/model-config-rig.js';
import { snapshotKey } from './model-config.policy.js';
import type { PhaseQuery } from './reading/phase-query.js';

const warmRig = async (): Promise<ModelConfigRig> => {
  const rig = new ModelConfigRig();
  await rig.service.list();
  rig.events.length = 0;
  return rig;
};

const warmer = {
  ...rigConfig,
  phases: rigConfig.phases.map((row) => ({ ...row, temperature: 2, maxContextTokens: 2_000 })),
};

describe('ModelConfigService (MC-6)', () => {
  let rig: ModelConfigRig;
  beforeEach(async () => {
    rig = await warmRig();
  });

  it.each<[PhaseQuery, number]>([
    [{}, 0],
    [{ tokenCount: 801 }, 0.7],
    [{ language: 'ru-RU' }, 0.3],
    [{ language: 'en' }, 0],
    [{ courseId: 'c1' }, 1.5],
    [{ courseId: 'c1', language: 'ru' }, 1.5],
    [{ courseId: 'unknown' }, 0],
  ])('gives the model of a phase for %j', async (query, temperature) => {
    const model = await rig.service.getModelForPhase('stage_4', query);
    expect([model.phase, model.temperature]).toEqual(['stage_4', temperature]);
    expect(model.meta).toMatchObject({ source: 'memory', reason: 'fresh', isStale: false, version: 1 });
  });

  it('gives the model of a stage by its number', async () => {
    const model = await rig.service.getModelForStage(4, { tokenCount: 801 });
    expect(model.toJSON()).toEqual(
      (await rig.service.getModelForPhase('stage_4', { tokenCount: 801 })).toJSON(),
    );
  });

  it('gives the three judges of a language, or those for any', async () => {
    const russian = await rig.service.getJudgeModels('ru-RU');
    expect(russian.judges.map(({ modelId }) => modelId)).toEqual(['d/judge', 'c/judge', 'e/judge']);
    expect([russian.language, (await rig.service.getJudgeModels('de')).language]).toEqual(['ru', 'any']);
  });

  it("gives a judge's weight in the panel of a language", async () => {
    const weights = await Promise.all(
      ['ru', 'de'].map((language) => rig.service.getModelWeight('d/judge', language)),
    );
    expect(weights.map(({ weight }) => weight)).toEqual([0.75, 0.001]);
    expect(weights[0]!.meta).toMatchObject({ version: 1, isStale: false });
  });

  it('gives the reserve of a language, or that for any', async () => {
    const reserves = await Promise.all(
      ['en-GB', 'ru'].map((language) => rig.service.getContextReserve(language)),
    );
    expect(reserves.map(({ reservePercent }) => reservePercent)).toEqual([0, 0.2]);
    expect(reserves[0]!.meta).toMatchObject({ version: 1, isStale: false });
  });

  it('lets no 0 turn into a default: temperature, retries, reserve (MC-12)', async () => {
    const model = await rig.service.getModelForPhase('stage_4');
    expect([model.temperature, model.maxRetries, model.toJSON().temperature]).toEqual([0, 0, 0]);
    const { primary } = await rig.service.getJudgeModels('any');
    expect(primary.temperature).toBe(0);
    expect((await rig.service.getContextReserve('en')).reservePercent).toBe(0);
  });

  it('explains an answer: the tier that was wanted, from which threshold on, and every place tried', async () => {
    const explanation = await rig.service.explain('stage_4', {
      language: 'en',
      courseId: 'c1',
      tokenCount: 900,
    });
    expect(explanation).toMatchObject({ wantedTier: 'standard', dynamicThreshold: 50_000 });
    expect(explanation.chosen.temperature).toBe(1.5);
    expect(explanation.tried).toEqual([
      { phase: 'stage_4', courseId: 'c1', language: 'en', contextTier: 'standard', found: false },
      { phase: 'stage_4', courseId: 'c1', language: 'en', contextTier: 'extended', found: false },
      { phase: 'stage_4', courseId: 'c1', language: 'any', contextTier: 'standard', found: true },
    ]);
    expect(await rig.service.explain('stage_4', { tokenCount: 801 })).toMatchObject({
      wantedTier: 'extended',
      dynamicThreshold: 800,
    });
  });

  it('explains from one snapshot, though another arrives in the middle', async () => {
    const explaining = rig.service.explain('stage_4', { tokenCount: 801 });
    rig.reader.cache.set(snapshotKey, aSnapshot(warmer, 2));
    const { chosen, dynamicThreshold, wantedTier } = await explaining;
    expect([chosen.meta.version, chosen.temperature, wantedTier, dynamicThreshold]).toEqual([
      1,
      0.7,
      'extended',
      800,
    ]);
    expect((await rig.service.explain('stage_4')).dynamicThreshold).toBe(1_600);
  });

  it.each<[string, (rig: ModelConfigRig) => Promise<unknown>, string, string]>([
    [
      'a misspelt phase',
      ({ service }) => service.getModelForPhase('stage_44', { language: 'ru', courseId: 'c1' }),
      'There is no configuration for phase "stage_44", language "ru", course "c1"',
      'phase "stage_44", language "ru", course "c1"',
    ],
    [
      'a stage without a phase',
      ({ service }) => service.getModelForStage(44),
      'There is no configuration for phase "stage_44"',
      'phase "stage_44"',
    ],
    [
      'an explanation of nothing',
      ({ service }) => service.explain('stage_44'),
      'There is no configuration for phase "stage_44"',
      'phase "stage_44"',
    ],
    [
      'the weight of a model outside the panel',
      ({ service }) => service.getModelWeight('a/writer', 'ru'),
      'Model "a/writer" is no judge of the panel for language "ru"',
      'weight of a/writer',
    ],
  ])(
    'does not find %s, says so once, and never calls it unavailable (MC-8)',
    async (_, ask, message, subject) => {
      const failure = ask(rig);
      await expect(failure).rejects.toMatchObject({ code: 'config-not-found', retryable: false, message });
      expect(rig.events).toEqual([
        {
          type: 'lookup-failed',
          namespace: 'model-config',
          subject,
          error: await failure.catch((error: unknown) => error),
        },
      ]);
      expect(rig.origin.loads).toBe(1);
    },
  );

  it('does not find a panel or a reserve where there is none for any language either', async () => {
    rig.reader.cache.set(snapshotKey, aSnapshot({ phases: [aPhase('global_default')] }, 2));
    await expect(rig.service.getJudgeModels('ru')).rejects.toThrow(
      'There is no judge panel for language "ru"',
    );
    await expect(rig.service.getContextReserve('ru')).rejects.toThrow(
      'There is no context reserve for language "ru", nor for any',
    );
    expect(rig.eventsOf('lookup-failed')).toHaveLength(2);
  });

  it.each<[string, (rig: ModelConfigRig) => Promise<unknown>]>([
    ['the model of a phase', ({ service }) => service.getModelForPhase('stage_4', { language: 'r u' })],
    ['judges', ({ service }) => service.getJudgeModels('r u')],
    ['a weight', ({ service }) => service.getModelWeight('c/judge', 'r u')],
    ['a reserve', ({ service }) => service.getContextReserve('r u')],
    ['an explanation', ({ service }) => service.explain('stage_4', { tokenCount: NaN })],
  ])('refuses to give %s for a question that cannot be asked, and reports it', async (_, ask) => {
    await expect(ask(rig)).rejects.toMatchObject({ code: 'config-query-invalid' });
    expect(rig.eventsOf('lookup-failed')).toHaveLength(1);
  });

  it('answers 10,000 warm reads of every kind without a load, an event or a wait (MC-7)', async () => {
    const phases = ['stage_4', 'stage_2', 'stage_3', 'global_default'];
    const languages = ['any', 'ru-RU', 'en', 'zh-Hant-TW'];
    for (let n = 0; n < 10_000; n++) {
      const language = languages[n % 4]!;
      const query = { language, tokenCount: (n * 37) % 2_000, ...(n % 3 === 0 && { courseId: `c${n % 5}` }) };
      if (n % 5 === 4) await rig.service.getJudgeModels(language);
      else await rig.service.getModelForPhase(phases[n % 3]!, query);
    }
    expect([rig.origin.loads, rig.events.length, rig.clock.pending]).toEqual([1, 0, 0]);
    expect(rig.reader.cache.freshHits).toBe(10_000);
  });

  it('makes everything warm with the first read of anything (MC-7)', async () => {
    const cold = new ModelConfigRig();
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => cold.service.getJudgeModels(n % 2 ? 'ru' : 'de')),
    );
    await cold.service.getModelForPhase('stage_4', { courseId: 'c1', tokenCount: 5 });
    expect(cold.origin.loads).toBe(1);
  });

  it('reaches a version before it answers, or says that it cannot (CO-15)', async () => {
    rig.publish(warmer, 2);
    await rig.service.reach('e1:2');
    expect((await rig.service.getModelForPhase('stage_4')).meta.version).toBe(2);
    await expect(rig.service.reach('e1:3')).rejects.toMatchObject({ code: 'version-not-reached' });
    await expect(rig.service.reach('3')).rejects.toMatchObject({ code: 'config-query-invalid' });
  });

  it('gives the new snapshot as soon as it is there, and leaves answers given before as they were (MC-7)', async () => {
    const before = await rig.service.getModelForPhase('stage_4');
    rig.reader.cache.set(snapshotKey, aSnapshot(warmer, 2));
    const after = await rig.service.getModelForPhase('stage_4');
    expect([before.temperature, before.meta.version]).toEqual([0, 1]);
    expect([after.temperature, after.meta.version]).toEqual([2, 2]);
    rig.reader.cache.set(snapshotKey, aSnapshot(rigConfig, 3));
    expect((await rig.service.getModelForPhase('stage_4')).temperature).toBe(0);
  });
});
