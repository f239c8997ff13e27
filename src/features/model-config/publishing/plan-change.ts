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
}

/**
 * Pure: what a proposal would change, and whether it may be made. The whole is judged as it would then stand, whoever
 * broke it.
 * @param approved how many rows the whole had when it was last judged; `null` when it never was
 */
export function planChange(
  current: ProposedConfig,
  { put, remove }: Proposal,
  { approved = null, acceptLoss = false }: { approved?: number | null; acceptLoss?: boolean } = {},
): Plan {
  const diff = diffConfig(current, put, remove);
  const count = countRows(diff.merged);
  const faults = validateConfig(diff.merged);
  const lost = acceptLoss
    ? []
    : findLostRows(Math.max(countRows(current), approved ?? 0), count, 'say acceptLoss, or roll back');
  return { diff, faults: [...faults, ...lost], count };
}
