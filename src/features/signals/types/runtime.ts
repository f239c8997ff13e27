import type { SignalType } from './signal-type.js';

/** What `config/runtime.yml` says of signals (SI-1). Frozen. */
export interface SignalsRuntime {
  readonly types: ReadonlyMap<string, SignalType>;
  /** Absolute. */
  readonly cacheDir: string;
  readonly maxDiskBytes: number;
  readonly cleanup: {
    /** A cron pattern, in UTC. */
    readonly schedule: string;
    readonly maxMs: number;
  };
  /** Shares, 0..1. */
  readonly alarms: {
    readonly ttlViolations: number;
    readonly hitRatio: number;
    readonly diskUsed: number;
  };
}

/** Injects the `SignalsRuntime`. */
export const SIGNALS_RUNTIME = Symbol('SIGNALS_RUNTIME');
