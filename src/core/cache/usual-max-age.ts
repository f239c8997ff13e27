import type { ResolvedPolicy } from '../policy/policy.js';
import { spreadMaxAge } from '../policy/spread-max-age.js';

/** The maxAge of an entry that brings none of its own; in whole milliseconds, of which V8 makes no object. */
export function usualMaxAge(
  { key, absent }: { readonly key: string; readonly absent: boolean },
  policy: ResolvedPolicy,
): number {
  return absent ? policy.negativeMaxAgeMs : Math.floor(spreadMaxAge(key, policy.maxAgeMs, policy.jitter));
}
