import type { PhaseQuery } from './phase-query.js';

/** A phase query in words, for errors and logs. */
export function describePhase(phase: string, { language, courseId }: PhaseQuery): string {
  const parts = [`phase "${phase}"`];
  if (language !== undefined) parts.push(`language "${language}"`);
  if (courseId !== undefined) parts.push(`course "${courseId}"`);
  return parts.join(', ');
}
