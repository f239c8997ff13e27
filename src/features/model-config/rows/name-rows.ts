import type { PhaseKey } from './config-document.js';
import type { ProposedJudge } from './proposed-config.js';

/** Rows have no order in the database, so a fault names a row by its key, not by its place in a list. */

// The course stands last and may hold anything: no two keys share a name.
export function namePhaseKey({ phase, courseId, language, contextTier }: PhaseKey): string {
  const key = `${phase}/${language}/${contextTier}`;
  return courseId === null ? key : `${key}/${courseId}`;
}

export const namePhase = (row: PhaseKey): string => `phases[${namePhaseKey(row)}]`;
export const namePanel = (language: string): string => `judges[${language}]`;
export const nameJudge = ({ language, role }: Pick<ProposedJudge, 'language' | 'role'>): string =>
  `${namePanel(language)}.${role}`;
export const nameModel = (id: string): string => `models[${id}]`;
export const nameReserve = (language: string): string => `reserves[${language}]`;
