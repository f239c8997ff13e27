import type { Point } from './point.js';

/** The point in a stream's history that a value was read at. */
export interface AsOf extends Point {
  /** Names the change that raised the counter to `version`: a lost one and its successor may share the number. */
  readonly changeId: string;
}
