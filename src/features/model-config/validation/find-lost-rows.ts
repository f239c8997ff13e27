import type { ProposedConfig } from '../rows/proposed-config.js';
import type { Fault } from './fault.js';

export function countRows({ models, phases, judges, reserves }: ProposedConfig): number {
  return models.length + phases.length + judges.length + reserves.length;
}

/**
 * A configuration that lost more than half of its rows is more often a mistake than a plan.
 * @param before how many rows it had
 */
export function findLostRows(before: number, after: number, advice: string): Fault[] {
  if (after * 2 >= before) return [];
  const message = `${after} of ${before} rows would be left; fewer than half are taken for a mistake: ${advice}`;
  return [{ path: 'configuration', message }];
}
