import type { Reason, ReadResult, Source } from '../../../core/index.js';
import type { CatalogView } from '../views/catalog-view.js';

/** How far an answer may be trusted. */
export interface CatalogMeta {
  /** Which tier answered. */
  readonly source: Source;
  readonly reason: Reason;
  readonly isStale: boolean;
  /** Milliseconds since the content service last said so. */
  readonly ageMs: number;
  /** Of the content: another one has another. */
  readonly snapshotId: string;
}

/** What was asked for, and how far it may be trusted. */
export class CatalogRead<T> {
  constructor(
    /** Frozen. */
    readonly data: T,
    private readonly read: ReadResult<CatalogView>,
    /** How long it is fresh from the moment that `ageMs` counts from. */
    readonly maxAgeMs: number,
  ) {}

  get meta(): CatalogMeta {
    const { source, reason, isStale, age, data } = this.read;
    return { source, reason, isStale, ageMs: Math.round(age), snapshotId: data.hash };
  }

  toJSON(): { readonly data: T; readonly meta: CatalogMeta } {
    return { data: this.data, meta: this.meta };
  }
}
