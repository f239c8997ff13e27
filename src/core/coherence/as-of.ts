/** The point in a stream's history that a value was read at. */
export interface AsOf {
  /** The lineage of the database; another epoch is another history. */
  readonly epoch: string;
  /** The stream's counter. */
  readonly version: number;
  /** Names the change that raised the counter to `version`. */
  readonly changeId: string;
}
