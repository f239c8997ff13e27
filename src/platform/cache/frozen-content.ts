/** What a feature keeps on disk to be served while its namespace is frozen, in the place of what was held. */
export interface FrozenContent {
  /** At a start, once the disk was asked what was held, and before anything is loaded. Never rejects. */
  restore(isFrozen: boolean): Promise<void>;
  /** The freeze is over; what was held before is held again. Never rejects. */
  thawed(): Promise<void>;
}
