import type { PhaseModel } from './phase-model.js';
import type { Candidate } from './resolve-phase.js';

/** Why a phase resolves as it does. */
export interface Explanation {
  readonly chosen: PhaseModel;
  readonly wantedTier: string;
  /** Tokens; `null` where no standard row or no reserve applies. */
  readonly dynamicThreshold: number | null;
  readonly tried: readonly Candidate[];
}
