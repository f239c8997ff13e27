import type { Fault } from './fault.js';
import { nameJudge, nameModel, namePhase, nameReserve } from '../rows/name-rows.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

/** Keys that more than one row has, each told once. */
export function findDuplicateKeys({ models, phases, judges, reserves }: ProposedConfig): Fault[] {
  const counts = new Map<string, number>();
  const count = (path: string) => counts.set(path, (counts.get(path) ?? 0) + 1);
  for (const { id } of models) count(nameModel(id));
  for (const row of phases) count(namePhase(row));
  for (const row of judges) count(nameJudge(row));
  for (const { language } of reserves) count(nameReserve(language));
  return [...counts]
    .filter(([, rows]) => rows > 1)
    .map(([path, rows]) => ({ path, message: `${rows} rows have this key; at most 1 may have it` }));
}
