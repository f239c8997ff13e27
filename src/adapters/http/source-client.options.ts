import type { Clock } from '../../core/index.js';
import type { Resolve } from './guarded-connector.js';

export interface SourceClientOptions {
  readonly clock: Clock;
  /** `host:port` in lower case, which may be private, and asked by `http:`. Default: none. */
  readonly allowed?: readonly string[];
  /** Default: as the operating system does. */
  readonly resolve?: Resolve;
  /** For the addresses of a name, and then for one connection, TLS included. Default 5 s each. */
  readonly connectMs?: number;
  /** Of one answer, decompressed or not. Default: 5 MB. */
  readonly maxAnswerBytes?: number;
}
