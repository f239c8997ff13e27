import { Snapshot } from '../snapshot/snapshot.js';

/**
 * Pure: the rows of all courses with the overrides of one. Every question about that course, or about none, has the
 * answer that it has in the whole.
 */
export function keepCourse(whole: Snapshot, courseId: string): Snapshot {
  const { asOf, models, global, panels, reserves } = whole;
  const own = whole.courses.get(courseId);
  const courses = new Map(own && [[courseId, own]]);
  const kept = new Snapshot(asOf, models, global, courses, panels, reserves);
  // A phase that only other courses have rows of is declared all the same, and answered by the default.
  const others = [...whole.declaredPhases].filter((phase) => !kept.declaredPhases.has(phase));
  return new Snapshot(asOf, models, global, courses, panels, reserves, new Set(others));
}
