import type { Policy } from '../../core/index.js';
import type { Settings } from '../../platform/config/index.js';

export const modelConfigNamespace = 'model-config';
/** The one entry of the namespace: all of the configuration. */
export const snapshotKey = 'snapshot';
/** Injects the `Reader<Snapshot>`. */
export const MODEL_CONFIG_READER = Symbol('MODEL_CONFIG_READER');

/** Provide `true` globally where a process has work to do without a configuration: a command that mends one. */
export const STARTS_WITHOUT_CONFIG = Symbol('STARTS_WITHOUT_CONFIG');

/** Last known good beats nothing: stale is served without a limit unless one is set, and no reader waits for it. */
export const modelConfigDefaults: Policy = Object.freeze({
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
});

/** The defaults with what the settings override. */
export function modelConfigPolicy({ maxAgeMs, staleIfErrorMs }: Settings['modelConfig']): Policy {
  return {
    ...modelConfigDefaults,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(staleIfErrorMs !== undefined && { staleIfErrorMs, invalidatedMaxStaleMs: staleIfErrorMs }),
  };
}
