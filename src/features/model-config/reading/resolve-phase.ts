import { rowKey } from '../snapshot/build-snapshot.js';
import type { ContextTier } from '../rows/phase-config.entity.js';
import type { PhaseRow, Snapshot } from '../snapshot/snapshot.js';

/** The phase that stands in for a declared phase without a fitting row. */
const defaultPhase = 'global_default';

/** One place that was looked at. */
export interface Candidate {
  readonly phase: string;
  /** `null`: the rows of all courses. */
  readonly courseId: string | null;
  readonly language: string;
  readonly contextTier: ContextTier;
  readonly found: boolean;
}

export interface Resolution {
  readonly row: PhaseRow | null;
  /** In the order they were tried; the last one is the row's, where there is one. */
  readonly tried: readonly Candidate[];
}

/**
 * Pure (MC-8): a course's own rows before those of all courses; inside each, the more specific language first; inside
 * that, the wanted tier before the other; then, for a phase that is declared at all, the same for `global_default`.
 */
export function resolvePhase(
  snapshot: Snapshot,
  phase: string,
  courseId: string | null,
  languages: readonly string[],
  wanted: ContextTier,
): Resolution {
  const tried: Candidate[] = [];
  const phases = snapshot.declaredPhases.has(phase) ? new Set([phase, defaultPhase]) : [phase];
  const courses = courseId === null ? [null] : [courseId, null];
  const tiers: ContextTier[] = wanted === 'standard' ? ['standard', 'extended'] : ['extended', 'standard'];
  for (const name of phases) {
    for (const course of courses) {
      const rows = (course === null ? snapshot.global : snapshot.courses.get(course))?.get(name);
      for (const language of languages) {
        for (const contextTier of tiers) {
          const row = rows?.get(rowKey(language, contextTier));
          tried.push(
            Object.freeze({ phase: name, courseId: course, language, contextTier, found: row !== undefined }),
          );
          if (row !== undefined) return { row, tried: Object.freeze(tried) };
        }
      }
    }
  }
  return { row: null, tried: Object.freeze(tried) };
}
