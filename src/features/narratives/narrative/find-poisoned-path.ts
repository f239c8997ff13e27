import type { Json } from './json.js';

/**
 * Pure: where a value has an own field `__proto__`, or `null`. Validation passes over such a field, and whatever copies
 * it without care makes a prototype of it.
 */
export function findPoisonedPath(value: Json, path: readonly string[] = []): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, part] of Object.entries(value)) {
    const here = [...path, name];
    const found = name === '__proto__' ? here.join('.') : findPoisonedPath(part as Json, here);
    if (found !== null) return found;
  }
  return null;
}
