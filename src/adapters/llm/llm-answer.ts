import type { LlmFailure } from './llm-failure.js';

/** As the upstream counted. */
export interface LlmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Of an attempt that no model worked on. */
export const noUsage: LlmUsage = { inputTokens: 0, outputTokens: 0 };

/** One attempt; one that failed may have been paid for too. */
export interface LlmAttempt {
  readonly outcome: 'ok' | LlmFailure;
  readonly durationMs: number;
  /** `null`: the upstream did not say. */
  readonly usage: LlmUsage | null;
}

export interface LlmAnswer<T = string> {
  readonly value: T;
  /** The model that answered, by its own word; the one that was asked where it says nothing. */
  readonly servedModel: string;
  /** Every attempt, the one that answered last. */
  readonly attempts: readonly LlmAttempt[];
  /** Of all attempts. */
  readonly durationMs: number;
  /** The answer ends where `maxTokens` was reached. */
  readonly isCut: boolean;
}
