import type { CallRecord, JudgeRow } from '../../model-config/index.js';
import type { Verdict } from './verdict.js';
import type { JudgeRole } from './vote.js';

export type JudgeCall = {
  readonly verdict: Verdict;
  /** As the answer says; it may not be what was asked. */
  readonly servedModel: string;
  /** In order, those without an answer too. */
  readonly records: readonly CallRecord[];
};

/** Asks one judge for its verdict of the draft that it was made for. */
export interface JudgeCaller {
  /**
   * Asks the judge's model, then its fallback, and neither that is in `avoid`.
   * @throws JudgeExcludedError where both are, before anything is asked
   * @throws once the last of them failed; `records` of the error, where it has them, are kept: they were paid for
   */
  judge(role: JudgeRole, judge: JudgeRow, avoid: ReadonlySet<string>): Promise<JudgeCall>;
}
