import {
  aJudge,
  aModel,
  aPhase,
  aSnapshot,
  toRows,
  validConfig,
} from '../../../../test/support/config-rows.js';
import { buildSnapshot, replaceCourses } from './build-snapshot.js';
import { rowsOf } from './snapshot.repository.js';

const asOf = { epoch: 'e1', version: 7, changeId: '12345678-aaaa' };
const courseRows = [
  aPhase('stage_2', { courseId: 'c1' }),
  aPhase('stage_2', { courseId: 'c1', language: 'ru' }),
  aPhase('stage_3', { courseId: 'c1' }),
  aPhase('stage_2', { courseId: 'c2' }),
];
const config = { ...validConfig, phases: [...validConfig.phases, ...courseRows] };

describe('buildSnapshot (MC-7)', () => {
  it('holds every row once, and nothing else', () => {
    const rows = toRows(config);
    const held = rowsOf(buildSnapshot(rows, asOf));
    for (const kind of ['models', 'phases', 'judges', 'reserves'] as const) {
      expect(held[kind]).toHaveLength(rows[kind].length);
      expect(new Set<unknown>(held[kind])).toEqual(new Set<unknown>(rows[kind]));
    }
  });

  it('keeps the rows of courses apart from those that hold for all', () => {
    const snapshot = aSnapshot(config);
    expect([...snapshot.courses.keys()]).toEqual(['c1', 'c2']);
    expect([...snapshot.global.keys()]).toEqual(['global_default', 'stage_2', 'stage_3', 'stage_6_judge']);
    expect([...snapshot.courses.get('c1')!.get('stage_2')!.keys()]).toEqual(['any/standard', 'ru/standard']);
  });

  it('puts each judge in its role, whatever order the rows come in', () => {
    const judges = [
      aJudge('tiebreaker', 'e/judge'),
      aJudge('primary', 'x/judge', { language: 'ru' }),
      aJudge('primary', 'c/judge'),
      aJudge('secondary', 'd/judge'),
    ];
    const { panels } = aSnapshot({ judges });
    expect(panels.get('any')).toMatchObject({
      language: 'any',
      primary: { modelId: 'c/judge' },
      secondary: { modelId: 'd/judge' },
      tiebreaker: { modelId: 'e/judge' },
    });
    expect(panels.get('ru')?.primary.modelId).toBe('x/judge');
  });

  it('freezes every row and every panel', () => {
    const snapshot = aSnapshot(config);
    const { models, phases, judges, reserves } = rowsOf(snapshot);
    for (const row of [...models, ...phases, ...judges, ...reserves, ...snapshot.panels.values()]) {
      expect(Object.isFrozen(row)).toBe(true);
    }
  });

  it('is named after its version and the change that made it', () => {
    expect(buildSnapshot(toRows(config), asOf).id).toBe('7-12345678');
    expect(buildSnapshot(toRows(config), { ...asOf, changeId: '87654321' }).id).toBe('7-87654321');
  });

  it('declares the phases that any row names, be it of one course only', () => {
    const snapshot = aSnapshot({ phases: [aPhase('stage_2'), aPhase('stage_9', { courseId: 'c1' })] });
    expect(snapshot.declaredPhases).toEqual(new Set(['stage_2', 'stage_9']));
    expect(snapshot.declaredPhases).toBe(snapshot.declaredPhases);
  });

  it('is empty where there are no rows', () => {
    const { models, global, courses, panels, reserves, declaredPhases } = aSnapshot({});
    expect([models, global, courses, panels, reserves, declaredPhases].map(({ size }) => size)).toEqual(
      Array(6).fill(0),
    );
  });
});

describe('replaceCourses (MC-7)', () => {
  const base = aSnapshot(config);
  const later = { ...asOf, version: 8 };
  const warmer = toRows({
    ...config,
    phases: [aPhase('stage_2', { courseId: 'c1', temperature: 1 })],
  }).phases;

  it('replaces the rows of a course as a whole: what it no longer has is gone', () => {
    const next = replaceCourses(base, ['c1'], warmer, later);
    const course = next.courses.get('c1')!;
    expect([...course.keys()]).toEqual(['stage_2']);
    expect([...course.get('stage_2')!.values()]).toEqual(warmer);
    expect(next.asOf).toEqual(later);
  });

  it('shares by identity everything that did not change, and leaves the base as it was', () => {
    const before = new Map(base.courses);
    const next = replaceCourses(base, ['c1'], warmer, later);
    for (const part of ['models', 'global', 'panels', 'reserves'] as const)
      expect(next[part]).toBe(base[part]);
    expect(next.courses.get('c2')).toBe(base.courses.get('c2'));
    expect(next.courses.get('c1')).not.toBe(base.courses.get('c1'));
    expect(base.courses).toEqual(before);
  });

  it('drops a course without rows, and adds one that is new', () => {
    const added = toRows({ ...config, phases: [aPhase('stage_2', { courseId: 'c3' })] }).phases;
    const next = replaceCourses(base, ['c2', 'c3', 'c4'], added, later);
    expect([...next.courses.keys()]).toEqual(['c1', 'c3']);
  });

  it('works out anew which phases are declared', () => {
    const added = toRows({ ...config, phases: [aPhase('stage_9', { courseId: 'c3' })] }).phases;
    expect(base.declaredPhases.has('stage_9')).toBe(false);
    const next = replaceCourses(base, ['c3'], added, later);
    expect(next.declaredPhases.has('stage_9')).toBe(true);
    expect(replaceCourses(next, ['c3'], [], later).declaredPhases.has('stage_9')).toBe(false);
  });

  it('is the same as building it from all rows', () => {
    const all = { ...config, models: [aModel('a/writer')], phases: courseRows };
    const built = buildSnapshot(toRows(all), asOf);
    const without = buildSnapshot(toRows({ ...all, phases: [] }), asOf);
    const rows = toRows(all).phases;
    expect(replaceCourses(without, ['c1', 'c2'], rows, asOf).courses).toEqual(built.courses);
  });
});
