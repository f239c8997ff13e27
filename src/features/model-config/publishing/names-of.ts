import { nameJudge, nameModel, namePhase, nameReserve } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

/** The names of all rows. */
export function namesOf({ models, phases, judges, reserves }: ProposedConfig): Set<string> {
  return new Set([
    ...models.map(({ id }) => nameModel(id)),
    ...phases.map(namePhase),
    ...judges.map(nameJudge),
    ...reserves.map(({ language }) => nameReserve(language)),
  ]);
}
