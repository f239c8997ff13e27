import type { ProposedConfig } from '../rows/proposed-config.js';
import type { ConfigRows } from '../snapshot/snapshot.js';
import type { Precondition } from '../../../platform/http/index.js';

/** Rows to be put, and the names of rows to go; all others stay. */
export interface Proposal {
  readonly put: Partial<ProposedConfig>;
  readonly remove?: ReadonlySet<string>;
}

/** One change of the configuration, before it is tried. */
export interface ChangeRequest {
  /** What is changed, by its name. */
  readonly subject: string;
  /** What it was made for; `null` where that does not matter. */
  readonly expected: Precondition | null;
  /** The version that `expected` speaks of. */
  readonly versionIn: (rows: ConfigRows, version: number) => number | null;
  /** The subject is one row or panel, and so has an ETag of its own. */
  readonly isRow: boolean;
  /** Makes two requests the same, beside the subject and what is expected. */
  readonly content: unknown;
  readonly propose: (standing: ConfigRows) => Proposal | Promise<Proposal>;
}
