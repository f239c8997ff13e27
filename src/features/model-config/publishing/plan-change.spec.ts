import { aJudge, aModel, aPhase, toRows, validConfig } from '../../../../test/support/config-rows.js';
import { judgeRoles } from '../rows/proposed-config.js';
import { namesOf } from './names-of.js';
import { planChange } from './plan-change.js';

const current = toRows(validConfig);

describe('planChange (MC-14)', () => {
  it('finds nothing wrong with what stands', () => {
    expect(planChange(current, { put: {} })).toMatchObject({ faults: [], count: 15, diff: { changes: [] } });
  });

  it('judges the whole as it would then stand, every fault at once', () => {
    const { faults } = planChange(current, {
      put: { phases: [aPhase('stage_9', { modelId: 'no/such', maxTokens: 200_000 })] },
      remove: new Set(['judges[any].primary', 'models[b/writer]']),
    });
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'phases[stage_9/any/standard].modelId',
        'phases[global_default/any/standard].fallbackModelId',
        'judges[any]',
      ]),
    );
  });

  it('tells what is removed, with what it held', () => {
    const { diff } = planChange(current, { put: {}, remove: new Set(['reserves[any]', 'no such row']) });
    expect(diff.changes).toEqual([
      {
        row: 'reserves[any]',
        kind: 'removed',
        fields: { language: { before: 'any', after: null }, reservePercent: { before: 0, after: null } },
      },
    ]);
    expect(diff.removed.reserves).toEqual(['reserves[any]']);
  });

  it('keeps a row that is put and named for removal: a replacement names all that stands', () => {
    const { diff } = planChange(current, { put: validConfig, remove: namesOf(current) });
    expect(diff).toMatchObject({
      changes: [],
      removed: { models: [], phases: [], judges: [], reserves: [] },
    });
  });

  describe('takes the loss of more than half of the rows for a mistake', () => {
    const names = [...namesOf(current)];
    const without = (count: number) => ({ put: {}, remove: new Set(names.slice(-count)) });
    const isRefused = (plan: ReturnType<typeof planChange>) =>
      plan.faults.some(({ path }) => path === 'configuration');

    it.each([
      [7, false],
      [8, true],
      [15, true],
    ])('%i of 15 rows gone: refused is %s', (gone, refused) => {
      expect(isRefused(planChange(current, without(gone)))).toBe(refused);
    });

    it('held against what is served, not only what psql left of it', () => {
      expect(isRefused(planChange(current, { put: {} }, { expected: 31 }))).toBe(true);
      expect(isRefused(planChange(current, { put: {} }, { expected: 30 }))).toBe(false);
    });

    it('unless it is said to be meant', () => {
      expect(isRefused(planChange(current, without(15), { expected: 100, acceptLoss: true }))).toBe(false);
    });
  });

  it('refuses a waiver that only some judges of a panel have', () => {
    const [primary] = validConfig.judges;
    const { faults } = planChange(current, {
      put: { judges: [{ ...primary!, independenceWaiver: 'a reason' }] },
    });
    expect(faults).toEqual([
      { path: 'judges[any]', message: expect.stringContaining('independenceWaiver differs') },
    ]);
  });

  it('lets a panel with a waiver hold models that generate, and no panel without one', () => {
    const judges = ['a/writer', 'b/writer', 'e/judge'].map((id, at) => aJudge(judgeRoles[at]!, id));
    const put = { models: [aModel('e/judge')], judges };
    expect(planChange(current, { put }).faults).not.toEqual([]);
    const waived = judges.map((row) => ({ ...row, independenceWaiver: 'a reason' }));
    expect(planChange(current, { put: { ...put, judges: waived } }).faults).toEqual([]);
  });
});
