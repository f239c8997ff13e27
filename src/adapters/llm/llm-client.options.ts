import type { Clock } from '../../core/index.js';

export interface LlmClientOptions {
  /** Of an API like OpenAI's: `/chat/completions` is asked under it. */
  readonly baseUrl: string;
  /** `null`: every call is refused with an `LlmNotConfiguredError`. */
  readonly apiKey: string | null;
  readonly clock: Clock;
  /** Of one answer, as decoded; 1 MiB by default. */
  readonly maxAnswerBytes?: number;
  /** How long a connection, TLS included, may take to be made; 1 s by default. */
  readonly connectMs?: number;
  /** Who is told to wait for longer gives up at once; 10 s by default. */
  readonly maxRetryAfterMs?: number;
  /** Before the second attempt, twice as long before the third, less up to a half by chance; 250 ms by default. */
  readonly backOffMs?: number;
  /** 0..1; `Math.random` by default. */
  readonly random?: () => number;
}
