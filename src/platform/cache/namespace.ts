import type { Mirrors, Policy, Reader, StaleWhileRevalidateCache, Switches } from '../../core/index.js';

/** A registered namespace: its reader, and what operators may do with it. */
export interface Namespace {
  readonly namespace: string;
  readonly reader: Reader<unknown>;
  readonly cache: StaleWhileRevalidateCache<unknown>;
  readonly mirrors: Mirrors<unknown>;
  /** The stream that its changes are counted in. */
  readonly stream: string;
  /** As the feature meant it, before anything was overridden. */
  readonly policy: Policy;
  /** What is on now; switched in place. */
  readonly switches: Switches;
  /** Before anything was overridden. */
  readonly defaultSwitches: Readonly<Switches>;
  /** The one key of a namespace that is loaded eagerly; `null` for one that is loaded as it is asked for. */
  readonly pinnedKey: string | null;
  /** As estimated. */
  readonly memoryBytes: () => number;
}
