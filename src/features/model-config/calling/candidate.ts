import type { ModelRank } from './call-record.js';

/** A model that may answer a phase, with the settings that it is asked with. */
export interface Candidate {
  readonly rank: ModelRank;
  readonly modelId: string;
  readonly temperature: number;
  readonly maxTokens: number;
  /** `null`: the configuration has none. */
  readonly timeoutMs: number | null;
  readonly maxRetries: number;
}
