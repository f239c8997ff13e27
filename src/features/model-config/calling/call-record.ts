/** Which of the models that the configuration names was asked. */
export type ModelRank = 'primary' | 'fallback' | 'emergency';

/** One model that was asked, answered or not: what is known of it is kept with the node's result (LE-1). */
export type CallRecord = {
  readonly phase: string;
  readonly rank: ModelRank;
  readonly modelId: string;
  /** As the answer says; `null` where there was none. */
  readonly servedModel: string | null;
  /** `ok`, or why there was no answer. */
  readonly outcome: string;
  /** The answer ends where its tokens did: what is made of it lacks its end. */
  readonly isCut: boolean;
  readonly attempts: number;
  /** Of all attempts, as the upstream counted; `null`: it did not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** By the prices of the pinned configuration; `null` where tokens are not known. */
  readonly costUsd: number | null;
  readonly durationMs: number;
  /** Of the configuration that was read. */
  readonly configVersion: number;
  readonly snapshotId: string;
};
