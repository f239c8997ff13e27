import type { ProposedConfig } from '../rows/proposed-config.js';
import type { Fault } from '../validation/fault.js';
import { countRows, findLostRows } from '../validation/find-lost-rows.js';
import { validateConfig } from '../validation/validate-config.js';
import type { Proposal } from './change-request.js';
import { diffConfig, type ConfigDiff } from './diff-config.js';

/** What a change would come to. */
export interface Plan {
  readonly diff: ConfigDiff;
  /** Everything that is wrong with it; empty for a change that may be made. */
  readonly faults: readonly Fault[];
  /** Rows afterwards. */
  readonly count: number;
  /** Fewer than half of the rows would be left: a fault, unless it is accepted. */
  readonly isLoss: boolean;
}

/**
 * Pure: what a proposal would change, and whether it may be made. The whole is judged as it would then stand, whoever
 * broke it.
 * @param expected how many rows the configuration is known to have, where more than stand now
 */
export function planChange(
  current: ProposedConfig,
  { put, remove }: Proposal,
  { expected = 0, acceptLoss = false }: { expected?: number; acceptLoss?: boolean } = {},
): Plan {
  const diff = diffConfig(current, put, remove);
  const count = countRows(diff.merged);
  const faults = validateConfig(diff.merged);
  const lost = findLostRows(Math.max(countRows(current), expected), count, 'say acceptLoss, or roll back');
  return { diff, faults: acceptLoss ? faults : [...faults, ...lost], count, isLoss: lost.length > 0 };
}
