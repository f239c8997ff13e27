import type { ConfigSnapshot } from '../../model-config/index.js';

/** What a call is made for, and by which configuration. */
export interface CallContext {
  readonly phase: string;
  /** Whose prices count. */
  readonly snapshot: ConfigSnapshot;
  /** Of the configuration that was read. */
  readonly configVersion: number;
}
