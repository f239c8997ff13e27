import { aJudge, aModel, aPhase, changed, validConfig } from '../../../../test/support/config-rows.js';
import type { ProposedConfig, ProposedJudge, ProposedModel, ProposedPhase } from '../rows/proposed-config.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import { validateConfig } from './validate-config.js';

const withModel = (at: number, change: Partial<ProposedModel>): ProposedConfig => ({
  ...validConfig,
  models: changed<ProposedModel>(validConfig.models, at, change),
});
const withPhase = (at: number, change: Partial<ProposedPhase>): ProposedConfig => ({
  ...validConfig,
  phases: changed<ProposedPhase>(validConfig.phases, at, change),
});
const withJudge = (at: number, change: Partial<ProposedJudge>): ProposedConfig => ({
  ...validConfig,
  judges: changed<ProposedJudge>(validConfig.judges, at, change),
});

const stage2 = 'phases[stage_2/any/extended]';
const stage3 = 'phases[stage_3/ru/standard]';

/** What is wrong, the configuration, and the one fault it has. */
const mutations: [string, ProposedConfig, string, string][] = [
  [
    'a model listed twice',
    { ...validConfig, models: [...validConfig.models, aModel('a/writer')] },
    'models[a/writer]',
    '2 rows have this key; at most 1 may have it',
  ],
  [
    'a phase row there three times',
    { ...validConfig, phases: [...validConfig.phases, validConfig.phases[2]!, validConfig.phases[2]!] },
    stage3,
    '3 rows have this key; at most 1 may have it',
  ],
  [
    'a course row there twice',
    {
      ...validConfig,
      phases: [
        ...validConfig.phases,
        aPhase('stage_3', { courseId: 'x' }),
        aPhase('stage_3', { courseId: 'x' }),
      ],
    },
    'phases[stage_3/any/standard/x]',
    '2 rows have this key; at most 1 may have it',
  ],
  [
    'a judge there twice',
    { ...validConfig, judges: [...validConfig.judges, validConfig.judges[0]!] },
    'judges[any].primary',
    '2 rows have this key; at most 1 may have it',
  ],
  [
    'a reserve there twice',
    { ...validConfig, reserves: [...validConfig.reserves, { language: 'any', reservePercent: 0.5 }] },
    'reserves[any]',
    '2 rows have this key; at most 1 may have it',
  ],
  [
    'an unknown model',
    withPhase(1, { modelId: 'x/none' }),
    `${stage2}.modelId`,
    'modelId "x/none" is not among the models',
  ],
  [
    'an unknown fallback',
    withPhase(1, { fallbackModelId: 'x/none' }),
    `${stage2}.fallbackModelId`,
    'fallbackModelId "x/none" is not among the models',
  ],
  [
    'an unknown judge',
    withJudge(0, { modelId: 'x/none' }),
    'judges[any].primary.modelId',
    'modelId "x/none" is not among the models',
  ],
  [
    'an unknown replacement',
    withModel(0, { replacementId: 'x/none' }),
    'models[a/writer].replacementId',
    'replacementId "x/none" is not among the models',
  ],
  [
    'a retired model',
    withPhase(1, { modelId: 'g/old' }),
    `${stage2}.modelId`,
    'modelId "g/old" is retired; its replacement is "a/writer"',
  ],
  [
    'a retired fallback of a judge',
    withModel(5, { status: 'retired' }),
    'judges[any].secondary.fallbackModelId',
    'fallbackModelId "f/judge" is retired',
  ],
  [
    'more tokens than the model holds',
    { ...withPhase(1, { maxTokens: 100_001, fallbackModelId: null }) },
    `${stage2}.maxTokens`,
    'maxTokens 100001 exceeds the 100000 maxContextTokens of modelId "a/writer"',
  ],
  [
    'more tokens than the fallback holds',
    withPhase(2, { maxTokens: 80_001 }),
    `${stage3}.maxTokens`,
    'maxTokens 80001 exceeds the 80000 maxContextTokens of fallbackModelId "b/writer"',
  ],
  [
    'a wider context than the model has',
    withPhase(1, { maxContextTokens: 100_001, fallbackModelId: null }),
    `${stage2}.maxContextTokens`,
    'maxContextTokens 100001 exceeds the 100000 maxContextTokens of modelId "a/writer"',
  ],
  [
    'a wider context than the fallback has',
    withPhase(2, { maxContextTokens: 80_001 }),
    `${stage3}.maxContextTokens`,
    'maxContextTokens 80001 exceeds the 80000 maxContextTokens of fallbackModelId "b/writer"',
  ],
  [
    'more tokens than a judge holds',
    withJudge(2, { maxTokens: 10_001 }),
    'judges[any].tiebreaker.maxTokens',
    'maxTokens 10001 exceeds the 10000 maxContextTokens of modelId "e/judge"',
  ],
  [
    'a model that is its own fallback',
    withPhase(1, { fallbackModelId: 'a/writer' }),
    `${stage2}.fallbackModelId`,
    'fallbackModelId "a/writer" is also modelId; it must be another model',
  ],
  [
    'a judge that is its own fallback',
    withJudge(0, { fallbackModelId: 'c/judge' }),
    'judges[any].primary.fallbackModelId',
    'fallbackModelId "c/judge" is also modelId; it must be another model',
  ],
  [
    'a phase that serves one language, and no global_default',
    { ...validConfig, phases: validConfig.phases.slice(1) },
    'phases[stage_3]',
    'phase "stage_3" has no global row for language "any", nor has "global_default"; one of them must',
  ],
  [
    'a phase that serves one course, and no global_default',
    { ...validConfig, phases: [aPhase('stage_4', { courseId: 'x' })] },
    'phases[stage_4]',
    'phase "stage_4" has no global row for language "any", nor has "global_default"; one of them must',
  ],
  [
    'a global_default that serves one language, though all others serve any',
    { ...validConfig, phases: [aPhase('global_default', { language: 'ru' }), aPhase('stage_2')] },
    'phases[global_default]',
    'phase "global_default" has no global row for language "any", nor has "global_default"; one of them must',
  ],
  [
    'a panel of two',
    { ...validConfig, judges: validConfig.judges.slice(0, 2) },
    'judges[any]',
    'role "tiebreaker" is missing; a panel has primary, secondary, tiebreaker',
  ],
  [
    'one model with two votes',
    withJudge(1, { modelId: 'c/judge' }),
    'judges[any]',
    'modelId "c/judge" is primary and secondary; a panel has 3 distinct models',
  ],
  [
    'a panel of one family',
    withModel(4, { family: 'one', maxContextTokens: 10_000 }),
    'judges[any]',
    'family "one" is that of all judges; a panel has at least 2 families',
  ],
  ...[0, -0.1, 1.001, NaN].map((weight): [string, ProposedConfig, string, string] => [
    `a weight of ${weight}`,
    withJudge(1, { weight }),
    'judges[any].secondary.weight',
    `weight ${weight} is not above 0 and at most 1`,
  ]),
  [
    'a judge that also writes',
    withPhase(1, { modelId: 'f/judge' }),
    'judges[any].secondary.fallbackModelId',
    `fallbackModelId "f/judge" also generates, as modelId of ${stage2}; a judge must never grade its own output`,
  ],
  [
    'a judge that writes as a fallback, for one course in another language, in an emergency',
    {
      ...validConfig,
      phases: [
        ...validConfig.phases,
        aPhase('emergency', { courseId: 'x', language: 'ru', fallbackModelId: 'f/judge' }),
      ],
    },
    'judges[any].secondary.fallbackModelId',
    'fallbackModelId "f/judge" also generates, as fallbackModelId of phases[emergency/ru/standard/x]; a judge must never grade its own output',
  ],
  [
    'a judge whose fallback writes',
    withJudge(0, { fallbackModelId: 'a/writer' }),
    'judges[any].primary.fallbackModelId',
    'fallbackModelId "a/writer" also generates, as modelId of phases[global_default/any/standard] and 2 more; a judge must never grade its own output',
  ],
  [
    'a phase that judges on a model that writes, with no panel that has it',
    withPhase(3, { modelId: 'a/writer', fallbackModelId: null }),
    'phases[stage_6_judge/any/standard].modelId',
    'modelId "a/writer" also generates, as modelId of phases[global_default/any/standard] and 2 more; a judge must never grade its own output',
  ],
  [
    'a phase that judges in one language only, and elsewhere ends in the phase that writes for all',
    withPhase(3, { language: 'ru' }),
    'phases[stage_6_judge]',
    'phase "stage_6_judge" judges, and has no global row for language "any": "global_default" would answer, which generates',
  ],
  [
    'an extended tier and no reserve for any language',
    { ...validConfig, reserves: [{ language: 'ru', reservePercent: 0.25 }] },
    'reserves[any]',
    `language "any" has no reserve; ${stage2} is chosen by one in every language`,
  ],
];

describe('validateConfig (MC-14)', () => {
  it('finds nothing wrong with a valid configuration, its limits reached', () => {
    expect(validateConfig(validConfig)).toEqual([]);
  });

  it('finds nothing wrong with an empty configuration', () => {
    expect(validateConfig({ models: [], phases: [], judges: [], reserves: [] })).toEqual([]);
  });

  it.each(mutations)('tells of %s, and of nothing else', (_, config, path, message) => {
    expect(validateConfig(config)).toEqual([{ path, message }]);
  });

  it('tells all faults at once', () => {
    const everything = {
      models: mutations.flatMap(([, config]) => config.models),
      phases: mutations.flatMap(([, config]) => config.phases),
      judges: [aJudge('primary', 'x/none', { weight: 2 }), aJudge('secondary', 'a/writer')],
      reserves: [],
    };
    const paths = validateConfig(everything).map((fault) => fault.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'models[a/writer]',
        'models[a/writer].replacementId',
        stage2,
        `${stage2}.modelId`,
        `${stage2}.fallbackModelId`,
        `${stage2}.maxTokens`,
        `${stage3}.maxContextTokens`,
        'judges[any]',
        'judges[any].primary.modelId',
        'judges[any].primary.weight',
        'judges[any].secondary.modelId',
        'reserves[any]',
      ]),
    );
  });

  it('needs no reserve where no row is extended', () => {
    expect(validateConfig({ ...withPhase(1, { contextTier: 'standard' }), reserves: [] })).toEqual([]);
  });

  it('lets every phase have a row for any language instead of global_default', () => {
    const phases = [aPhase('stage_2'), aPhase('stage_2', { language: 'ru' }), aPhase('stage_3')];
    expect(validateConfig({ ...validConfig, phases })).toEqual([]);
  });

  it('judges every panel by itself: two of them may share their judges', () => {
    const russian = validConfig.judges.map((row) => ({ ...row, language: 'ru' }));
    expect(validateConfig({ ...validConfig, judges: [...russian, ...validConfig.judges] })).toEqual([]);
  });

  it('takes rows as the database gives them', () => {
    const facts = { version: 1, createdAt: '', updatedAt: '', updatedBy: '' };
    const rows: ConfigRows = {
      models: validConfig.models.map((row) => ({ ...row, ...facts })),
      phases: validConfig.phases.map((row) => ({ ...row, ...facts })),
      judges: validConfig.judges.map((row) => ({ ...row, ...facts })),
      reserves: validConfig.reserves.map((row) => ({ ...row, ...facts })),
    };
    expect(validateConfig(rows)).toEqual([]);
  });
});
