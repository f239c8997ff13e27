import type { Snapshot } from '../snapshot/snapshot.js';

/** What a call is made for, and by which configuration. */
export interface CallContext {
  readonly phase: string;
  /** Whose prices count. */
  readonly snapshot: Snapshot;
  /** Of the configuration that was read. */
  readonly configVersion: number;
}
