import {
  aJudge,
  aModel,
  aPhase,
  changed,
  toRows,
  validConfig,
} from '../../../../test/support/config-rows.js';
import { diffConfig } from './diff-config.js';
import type { ProposedPhase } from '../rows/proposed-config.js';

describe('diffConfig (MC-15)', () => {
  it('finds nothing to do for the rows that stand already, as the database gives them', () => {
    const { changes, rows, merged } = diffConfig(toRows(validConfig), validConfig);
    expect(changes).toEqual([]);
    expect(rows).toEqual({ models: [], phases: [], judges: [], reserves: [] });
    expect(merged).toEqual(validConfig);
  });

  it('tells each setting that differs, with what it was and what it will be', () => {
    const phases = changed<ProposedPhase>(validConfig.phases, 1, { temperature: 0.7, timeoutMs: 1_000 });
    const { changes, rows } = diffConfig(toRows(validConfig), { phases });
    expect(changes).toEqual([
      {
        row: 'phases[stage_2/any/extended]',
        kind: 'changed',
        fields: { temperature: { before: 0, after: 0.7 }, timeoutMs: { before: null, after: 1_000 } },
      },
    ]);
    expect(rows).toEqual({ models: [], phases: [phases[1]], judges: [], reserves: [] });
  });

  it.each([
    ['0', 0.5, 0],
    ['null', 5, null],
    ['false', true, false],
    ['an empty text', 'x', ''],
  ])('sees a setting that becomes %s (MC-12)', (_, before, after) => {
    const current = { ...validConfig, phases: [{ ...aPhase('p'), setting: before }] };
    const phases = [{ ...aPhase('p'), setting: after }];
    expect(diffConfig(current, { phases }).changes[0]?.fields).toEqual({ setting: { before, after } });
  });

  it('does not take 0 for null, or false for what is missing', () => {
    const current = { ...validConfig, phases: [aPhase('p', { timeoutMs: null })] };
    const { changes } = diffConfig(current, {
      phases: [{ ...aPhase('p'), timeoutMs: 0, other: false } as never],
    });
    expect(changes[0]?.fields).toEqual({
      timeoutMs: { before: null, after: 0 },
      other: { before: null, after: false },
    });
  });

  it('tells every setting of a row that is new, and names rows of every kind', () => {
    const { changes } = diffConfig(toRows(validConfig), {
      models: [aModel('new/model')],
      phases: [aPhase('stage_2', { courseId: 'c1' })],
      judges: [aJudge('primary', 'c/judge', { language: 'ru' })],
      reserves: [{ language: 'ru', reservePercent: 0 }],
    });
    expect(changes.map(({ row, kind }) => [row, kind])).toEqual([
      ['models[new/model]', 'added'],
      ['phases[stage_2/any/standard/c1]', 'added'],
      ['judges[ru].primary', 'added'],
      ['reserves[ru]', 'added'],
    ]);
    expect(changes[3]?.fields).toEqual({
      language: { before: null, after: 'ru' },
      reservePercent: { before: null, after: 0 },
    });
  });

  it('lets the rows that are not named stand, and changes neither side', () => {
    const current = Object.freeze(toRows(validConfig));
    const phases = [Object.freeze(aPhase('stage_9'))];
    const { merged } = diffConfig(current, { phases });
    expect(merged.phases).toEqual([...current.phases, ...phases]);
    expect([merged.models, merged.judges, merged.reserves]).toEqual([
      current.models,
      current.judges,
      current.reserves,
    ]);
  });

  it('hands two proposed rows of one key on to the validation that refuses them', () => {
    const twice = [aPhase('stage_9'), aPhase('stage_9', { temperature: 1 })];
    const { merged, rows, changes } = diffConfig(toRows(validConfig), { phases: twice });
    expect(merged.phases.filter(({ phase }) => phase === 'stage_9')).toEqual(twice);
    expect([rows.phases.length, changes.length]).toEqual([2, 2]);
  });

  it('does not take a row of one course for that of another, or of all', () => {
    const current = { ...validConfig, phases: [aPhase('p', { courseId: 'c1' }), aPhase('p')] };
    const { changes } = diffConfig(current, {
      phases: [aPhase('p', { courseId: 'c2' }), aPhase('p', { temperature: 1 })],
    });
    expect(changes.map(({ row, kind }) => [row, kind])).toEqual([
      ['phases[p/any/standard/c2]', 'added'],
      ['phases[p/any/standard]', 'changed'],
    ]);
  });
});
