import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../../../core/index.js';

/** Pure: what is held where nothing changed, so that whatever was worked out from that object still holds. */
export function keepIfSame<T>(held: Entry<T> | undefined, loaded: T): T {
  if (held === undefined || held.absent) return loaded;
  return isDeepStrictEqual(held.value, loaded) ? held.value : loaded;
}
