import type { z } from 'zod';

export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A form that the answer has to have: asked for, and checked. */
export interface AnswerForm<T> {
  /** Letters, digits, `_` and `-`, at most 64: what the upstream knows the form by. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/** What one model is asked. */
export interface LlmRequest<T = string> {
  readonly modelId: string;
  readonly messages: readonly LlmMessage[];
  /** 0..2; 0 is a value. */
  readonly temperature: number;
  /** Of the answer. */
  readonly maxTokens: number;
  /** For all attempts together, the pauses between them and the whole answer included. */
  readonly timeoutMs: number;
  /** Attempts after the first one; no more than two are ever made. */
  readonly maxRetries: number;
  /** Without it the answer is text. */
  readonly answer?: AnswerForm<T>;
  /** Abandons the call: it is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}
