/** 32-bit FNV-1a (Fowler, Noll, Vo; RFC 9923) of a key, mapped to 0..1: one key always gets the same answer. */
export function fractionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 0xffffffff;
}
