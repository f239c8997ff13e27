/** 32-bit FNV-1a (Fowler, Noll, Vo; RFC 9923), mapped to 0..1. */
function fraction(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 0xffffffff;
}

/**
 * Shortens `maxAgeMs` by up to `jitter` (0..1) of itself, by a hash of the key: keys that were filled together do
 * not expire together, and one key always gets the same answer. Never longer than what was promised.
 */
export function spreadMaxAge(key: string, maxAgeMs: number, jitter: number): number {
  return jitter === 0 ? maxAgeMs : maxAgeMs * (1 - jitter * fraction(key));
}
