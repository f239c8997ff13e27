import type { JobQuery, PhaseQuery } from './phase-query.js';

/** A phase query in words, for errors and logs. */
export function describePhase(phase: string, { language, courseId, jobId }: PhaseQuery): string {
  const parts = [`phase "${phase}"`];
  if (language !== undefined) parts.push(`language "${language}"`);
  if (courseId !== undefined) parts.push(`course "${courseId}"`);
  if (jobId !== undefined) parts.push(`job "${jobId}"`);
  return parts.join(', ');
}

/** To be put behind what is asked for. */
export const ofJob = ({ jobId }: JobQuery): string => (jobId === undefined ? '' : ` of job "${jobId}"`);
