import { groupBy } from '../rows/group-by.js';
import type { AsOf } from '../../../core/index.js';
import {
  Snapshot,
  type ConfigRows,
  type JudgeRow,
  type Panel,
  type PhaseIndex,
  type PhaseRow,
} from './snapshot.js';

/** Pure: a snapshot of all rows. They are taken to be valid (`validateConfig`). */
export function buildSnapshot(rows: ConfigRows, asOf: AsOf): Snapshot {
  const byCourse = groupBy(rows.phases, (row) => row.courseId);
  const global = indexPhases(byCourse.get(null) ?? []);
  byCourse.delete(null);
  return new Snapshot(
    asOf,
    new Map(rows.models.map((row) => [row.id, Object.freeze(row)])),
    global,
    new Map([...byCourse].map(([course, phases]) => [course!, indexPhases(phases)])),
    indexPanels(rows.judges),
    new Map(rows.reserves.map((row) => [row.language, Object.freeze(row)])),
  );
}

/** Pure: the snapshot with the rows of these courses replaced, everything else shared. */
export function replaceCourses(
  base: Snapshot,
  courseIds: readonly string[],
  phases: readonly PhaseRow[],
  asOf: AsOf,
): Snapshot {
  const courses = new Map(base.courses);
  const byCourse = groupBy(phases, (row) => row.courseId);
  for (const courseId of courseIds) {
    const rows = byCourse.get(courseId);
    if (rows) courses.set(courseId, indexPhases(rows));
    else courses.delete(courseId);
  }
  return new Snapshot(asOf, base.models, base.global, courses, base.panels, base.reserves);
}

export const rowKey = (language: string, tier: string): string => `${language}/${tier}`;

function indexPhases(rows: readonly PhaseRow[]): PhaseIndex {
  const index = new Map<string, Map<string, PhaseRow>>();
  for (const [phase, ofPhase] of groupBy(rows, (row) => row.phase)) {
    index.set(
      phase,
      new Map(ofPhase.map((row) => [rowKey(row.language, row.contextTier), Object.freeze(row)])),
    );
  }
  return index;
}

function indexPanels(rows: readonly JudgeRow[]): Map<string, Panel> {
  const panels = new Map<string, Panel>();
  for (const [language, judges] of groupBy(rows, (row) => row.language)) {
    const roles = Object.fromEntries(judges.map((row) => [row.role, Object.freeze(row)]));
    panels.set(language, Object.freeze({ language, ...roles }) as Panel);
  }
  return panels;
}
