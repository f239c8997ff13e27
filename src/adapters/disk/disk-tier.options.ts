import type { Clock } from '../../core/clock.js';
import type { Report } from '../../core/events.js';
import type { OpenSqlFile } from './sql-file.js';

export interface DiskTierOptions {
  /** Holds `cache.sqlite`; made, for its owner only, where it is missing. One process at a time. */
  readonly folder: string;
  readonly clock: Clock;
  readonly report: Report;
  /** Of the file's pages in use. The least recently read entries go first; pinned ones count, and stay. */
  readonly maxBytes: number;
  /** Of one value's JSON; a longer one is not read. 256 MiB. */
  readonly maxValueBytes?: number;
  /** Values of so many bytes are stored compressed. 64 KiB. */
  readonly compressFromBytes?: number;
  /** How long a reader waits. 250 ms. */
  readonly readTimeoutMs?: number;
  /** How long a transaction of the background writer may take before nobody waits for it any more. 2 s. */
  readonly writeTimeoutMs?: number;
  /** How long a write may be queued before its caller is told that it failed; it stays queued. 10 s. */
  readonly queueTimeoutMs?: number;
  /** How long `start` waits for the file. 2 s. */
  readonly startTimeoutMs?: number;
  /** How long `close` tries to write what is queued. 1 s. */
  readonly closeTimeoutMs?: number;
  /** How often expired entries are deleted; `null`: only by `clean`. One minute. */
  readonly cleanEveryMs?: number | null;
  /** Whether the bytes of what was deleted are overwritten at once. Yes. */
  readonly overwritesDeleted?: boolean;
  /** Writes that wait; beyond it they are refused. 10,000. */
  readonly maxQueueEntries?: number;
  /** Bytes that wait; beyond it writes are refused. 32 MiB. */
  readonly maxQueueBytes?: number;
  /** For rehearsals: where faults come in. A thread per connection. */
  readonly openSqlFile?: OpenSqlFile;
  /** Uniform in 0..1. */
  readonly random?: () => number;
}
