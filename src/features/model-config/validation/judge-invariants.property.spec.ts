import * as fc from 'fast-check';
import { aJudge, aModel, aPhase } from '../../../../test/support/config-rows.js';
import { judgeRoles, type ProposedConfig, type ProposedJudge } from '../rows/proposed-config.js';
import { validateConfig } from './validate-config.js';

const runs = { numRuns: 2_000, seed: 20261122 };

/** Few enough to meet each other often; two of a family. */
const models = ['a/1', 'a/2', 'b/1', 'b/2', 'c/1', 'd/1', 'e/1'];
const modelId = fc.constantFrom(...models);
const fallback = fc.option(modelId, { nil: null });
const waiver = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant('a reason') },
);

const phases = fc.array(
  fc.record({
    phase: fc.constantFrom('global_default', 'emergency', 'stage_4', 'stage_6_judge'),
    courseId: fc.constantFrom(null, 'c1'),
    language: fc.constantFrom('any', 'ru', 'en'),
    contextTier: fc.constantFrom('standard', 'extended'),
    modelId,
    fallbackModelId: fallback,
  }),
  { maxLength: 6 },
);
const panel = (language: string) =>
  fc.record({
    language: fc.constant(language),
    independenceWaiver: waiver,
    judges: fc.array(
      fc.record({ modelId, fallbackModelId: fallback, weight: fc.constantFrom(-1, 0, 0.001, 0.5, 1, 1.001) }),
      {
        minLength: 2,
        maxLength: 3,
      },
    ),
  });
const config: fc.Arbitrary<ProposedConfig> = fc
  .record({ phases, ru: fc.option(panel('ru')), any: fc.option(panel('any')) })
  .map(({ phases: rows, ru, any }) => ({
    models: models.map((id) => aModel(id, { family: id.split('/')[0]! })),
    phases: rows.map((row) => aPhase(row.phase, row as object)),
    judges: [ru, any].flatMap((each) =>
      each === null
        ? []
        : each.judges.map((judge, i) =>
            aJudge(judgeRoles[i]!, judge.modelId, {
              language: each.language,
              fallbackModelId: judge.fallbackModelId,
              weight: judge.weight,
              independenceWaiver: each.independenceWaiver,
            }),
          ),
    ),
    reserves: [{ language: 'any', reservePercent: 0 }],
  }));

/** Every model that a row can end in. */
const closure = (row: { modelId: string; fallbackModelId: string | null }): string[] =>
  row.fallbackModelId === null ? [row.modelId] : [row.modelId, row.fallbackModelId];

const faultsAt = (proposed: ProposedConfig, path: RegExp) =>
  validateConfig(proposed).filter((fault) => path.test(fault.path));
const panelOf = ({ judges }: ProposedConfig, language: string) =>
  judges.filter((row) => row.language === language);
const canGradeItself = ({ phases: rows }: ProposedConfig, judge: ProposedJudge): boolean =>
  rows.some((row) => row.phase !== 'stage_6_judge' && closure(row).some((id) => closure(judge).includes(id)));

describe('what holds of every panel that is accepted (MC-14)', () => {
  it('no judge can grade its own output, by way of fallbacks either, unless its panel says why it may', () => {
    fc.assert(
      fc.property(config, (proposed) => {
        for (const judge of proposed.judges) {
          const path = new RegExp(
            `^judges\\[${judge.language}\\]\\.${judge.role}\\.(modelId|fallbackModelId)$`,
          );
          const isTold = faultsAt(proposed, path).some(({ message }) =>
            message.includes('grade its own output'),
          );
          expect(isTold).toBe(judge.independenceWaiver === null && canGradeItself(proposed, judge));
        }
      }),
      runs,
    );
  });

  it('nor can a phase that judges, nor end in the phase that generates for all', () => {
    fc.assert(
      fc.property(config, (proposed) => {
        const judging = proposed.phases.filter(({ phase }) => phase === 'stage_6_judge');
        const told = faultsAt(proposed, /^phases\[stage_6_judge/).filter(
          ({ message }) => message.includes('grade its own output') || message.includes('which generates'),
        );
        const generating = new Set(
          proposed.phases.filter(({ phase }) => phase !== 'stage_6_judge').flatMap(closure),
        );
        const isSound =
          judging.every((row) => closure(row).every((id) => !generating.has(id))) &&
          (judging.length === 0 || judging.some((row) => row.courseId === null && row.language === 'any'));
        expect(told.length === 0).toBe(isSound);
      }),
      runs,
    );
  });

  it('three roles, three models, two families and weights in (0, 1], waived by nothing', () => {
    fc.assert(
      fc.property(config, (proposed) => {
        for (const language of ['ru', 'any']) {
          const rows = panelOf(proposed, language);
          if (rows.length === 0) continue;
          const ids = new Set(rows.map((row) => row.modelId));
          const families = new Set([...ids].map((id) => id.split('/')[0]));
          const isSound =
            rows.length === 3 &&
            ids.size === 3 &&
            families.size >= 2 &&
            rows.every((row) => row.weight > 0 && row.weight <= 1 && row.fallbackModelId !== row.modelId);
          const told = faultsAt(proposed, new RegExp(`^judges\\[${language}\\]`)).filter(
            ({ message }) => !message.includes('grade its own output'),
          );
          expect(told.length === 0).toBe(isSound);
        }
      }),
      runs,
    );
  });

  it('a waiver makes no other fault, and takes none but that one away', () => {
    fc.assert(
      fc.property(config, (proposed) => {
        const waived = {
          ...proposed,
          judges: proposed.judges.map((row) => ({ ...row, independenceWaiver: 'why' })),
        };
        const bound = {
          ...proposed,
          judges: proposed.judges.map((row) => ({ ...row, independenceWaiver: null })),
        };
        const others = validateConfig(bound).filter(
          ({ path, message }) => !(path.startsWith('judges') && message.includes('grade its own output')),
        );
        expect(validateConfig(waived)).toEqual(others);
      }),
      runs,
    );
  });
});
