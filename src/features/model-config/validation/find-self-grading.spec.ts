import * as fc from 'fast-check';
import { aJudge, aPhase, changed } from '../../../../test/support/config-rows.js';
import { findSelfGrading } from './find-self-grading.js';
import { namePhase } from '../rows/name-rows.js';
import { judgeRoles, type ProposedJudge, type ProposedPhase } from '../rows/proposed-config.js';

const field = fc.constantFrom('modelId' as const, 'fallbackModelId' as const);

const generators = fc.record({
  modelId: fc.constantFrom('a/one', 'a/two'),
  fallbackModelId: fc.constantFrom('a/three', 'a/four', null),
});
const graders = fc.record({
  modelId: fc.constantFrom('z/one', 'z/two'),
  fallbackModelId: fc.constantFrom('z/three', 'z/four', null),
});
const phase = fc
  .record({
    phase: fc.constantFrom('global_default', 'emergency', 'quality_fallback', 'stage_2', 'stage_6'),
    courseId: fc.constantFrom(null, 'x', 'y'),
    language: fc.constantFrom('any', 'ru', 'en'),
    contextTier: fc.constantFrom('standard' as const, 'extended' as const),
    models: generators,
  })
  .map(({ models, ...key }) => aPhase(key.phase, { ...key, ...models }));
const panel = fc
  .tuple(fc.constantFrom('any', 'ru', 'de'), graders, graders, graders)
  .map(([language, ...models]) =>
    judgeRoles.map((role, at) => aJudge(role, 'z/one', { ...models[at], language })),
  );
const configs = fc.record({
  models: fc.constant([]),
  phases: fc.uniqueArray(phase, { minLength: 1, selector: namePhase }),
  judges: fc
    .uniqueArray(panel, { minLength: 1, selector: ([row]) => row!.language })
    .map((rows) => rows.flat()),
  reserves: fc.constant([]),
});

describe('findSelfGrading (MC-14)', () => {
  it('accuses no judge that does not generate', () => {
    fc.assert(fc.property(configs, (config) => expect(findSelfGrading(config)).toEqual([])));
  });

  it('finds any judge that generates, directly or by way of a fallback on either side', () => {
    fc.assert(
      fc.property(configs, fc.nat(), fc.nat(), field, field, (config, n, m, written, graded) => {
        const phaseAt = n % config.phases.length;
        const judgeAt = m % config.judges.length;
        const planted = {
          ...config,
          phases: changed<ProposedPhase>(config.phases, phaseAt, { [written]: 'm/both' }),
          judges: changed<ProposedJudge>(config.judges, judgeAt, { [graded]: 'm/both' }),
        };
        const { language, role } = config.judges[judgeAt]!;
        expect(findSelfGrading(planted)).toEqual([
          {
            path: `judges[${language}].${role}.${graded}`,
            message: `${graded} "m/both" also generates, as ${written} of ${namePhase(config.phases[phaseAt]!)}; a judge must never grade its own output`,
          },
        ]);
      }),
    );
  });
});
