import type { Cleaned } from '../../adapters/disk/cleaning.js';
import type { Tier } from '../../core/index.js';

export type { Cleaned } from '../../adapters/disk/cleaning.js';

/** A folder of this replica alone with entries of few namespaces, bounded by its own number of bytes. */
export interface OwnDisk {
  readonly tier: Tier;
  readonly maxBytes: number;
  /** Bytes of pages in use, as last told by the file; `null` before the first time, and while it cannot be told. */
  readonly usedBytes: number | null;
  /** Deletes what has expired, then, beyond the limit, what was read least recently, in short batches. Never rejects. */
  clean(withinMs: number): Promise<Cleaned>;
}
