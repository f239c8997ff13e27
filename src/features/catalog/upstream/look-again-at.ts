import type { Stream } from '../../../core/index.js';
import { lookAgainAfterMs } from '../catalog.policy.js';

/**
 * When a view that was read at `readAt` has to be read again, because what it contains had changed just before and a
 * replica of the content service may not have had that (CT-6); `null`: it does not have to.
 */
export function lookAgainAt(readAt: number, changedAt: number): number | null {
  for (const afterMs of lookAgainAfterMs) if (readAt < changedAt + afterMs) return changedAt + afterMs;
  return null;
}

/**
 * The local moment of the last change of any of these scopes that was applied. Of what is no longer known one by one,
 * that is when it was last known.
 */
export function lastChangeOf(
  { watermarks, dropped }: Pick<Stream['state'], 'watermarks' | 'dropped'>,
  scopes: readonly string[],
): number {
  let last = dropped?.at ?? Number.NEGATIVE_INFINITY;
  for (const scope of scopes) last = Math.max(last, watermarks.get(scope)?.at ?? last);
  return last;
}
