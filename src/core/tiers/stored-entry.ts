import type { AsOf } from '../coherence/as-of.js';

/** An entry as it leaves the process: its value in JSON, its moments in Unix milliseconds. */
export interface StoredEntry {
  /** What `JSON.stringify` takes; `null` where `absent`. */
  readonly value: unknown;
  readonly absent: boolean;
  /** What the origin said with its "does not exist"; `null` elsewhere. */
  readonly message: string | null;
  readonly asOf: AsOf | null;
  readonly scopes: readonly string[];
  /** When the origin last said that this is current, as far as the process knew that stored it. */
  readonly confirmedAt: number;
  readonly storedAt: number;
  /** What the value brought with it; `null` where the policy of whoever reads it says. */
  readonly maxAgeMs: number | null;
  /** The version of the value's form: another one is not read. */
  readonly schema: number;
  /** Epochs that were over when this was stored: an entry of one of them never replaces it (CO-11). */
  readonly left: readonly string[];
}
