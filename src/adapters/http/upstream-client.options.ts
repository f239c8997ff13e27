import type { Clock } from '../../core/index.js';

export interface UpstreamClientOptions {
  /** What paths are put after; no slash at its end. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`; `null`: none is. */
  readonly apiKey: string | null;
  readonly clock: Clock;
  /** Connections at one time. Default 32. */
  readonly connections?: number;
  /** For one connection, TLS included. Default 1 s. */
  readonly connectMs?: number;
  /** Attempts that may follow a failed one. Default 2. */
  readonly retries?: number;
  /** Before the second attempt, twice as long before the third, less up to a half by chance. Default 100 ms. */
  readonly pauseMs?: number;
  /** 0..1; `Math.random` by default. */
  readonly random?: () => number;
}
