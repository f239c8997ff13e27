import type { JsonObject } from './json.js';

/** Pure: the systems that a profile which is in order is classified by; of one that is unresolved, none. */
export function systemsOf({ classification, primary, hybrid }: JsonObject): readonly string[] {
  const named = classification === 'primary' ? [primary] : classification === 'hybrid' ? hybrid : [];
  return Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
}
