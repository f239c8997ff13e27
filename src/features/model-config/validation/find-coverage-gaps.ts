import type { Fault } from './fault.js';
import { namePhase, nameReserve } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

const anyLanguage = 'any';
const globalDefault = 'global_default';

/** Questions that nothing would answer: a phase in a language without a row, the tier of one without a reserve. */
export function findCoverageGaps({ phases, reserves }: ProposedConfig): Fault[] {
  return [...findUnservedPhases(phases), ...findMissingReserve(phases, reserves)];
}

function findUnservedPhases(phases: ProposedConfig['phases']): Fault[] {
  const served = new Set(
    phases.filter((row) => row.courseId === null && row.language === anyLanguage).map((row) => row.phase),
  );
  if (served.has(globalDefault)) return [];
  return [...new Set(phases.map((row) => row.phase))]
    .filter((phase) => !served.has(phase))
    .map((phase) => ({
      path: `phases[${phase}]`,
      message: `phase "${phase}" has no global row for language "${anyLanguage}", nor has "${globalDefault}"; one of them must`,
    }));
}

function findMissingReserve(phases: ProposedConfig['phases'], reserves: ProposedConfig['reserves']): Fault[] {
  const tiered = phases.find((row) => row.contextTier === 'extended');
  if (!tiered || reserves.some((row) => row.language === anyLanguage)) return [];
  const message = `language "${anyLanguage}" has no reserve; ${namePhase(tiered)} is chosen by one in every language`;
  return [{ path: nameReserve(anyLanguage), message }];
}
