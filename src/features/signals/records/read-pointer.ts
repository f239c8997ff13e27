/** What a JSON pointer (RFC 6901) points to; `undefined` where there is nothing. */
export function readPointer(document: unknown, pointer: string): unknown {
  let found = document;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined;
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
