/** What V8 keeps for an object besides its fields; rough, as all of this is. */
const objectBytes = 32;
const fieldBytes = 8;
const numberBytes = 16;

/**
 * About how many bytes of memory a value takes, as V8 lays it out (one byte a character for Latin text, two for other):
 * cheap enough for every write, and right to within a fifth for text. What is met twice is counted twice; a circle is
 * cut at a depth that no JSON has.
 */
export function estimateBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return 16 + value.length * (isLatin(value) ? 1 : 2);
    case 'number':
    case 'bigint':
      return numberBytes;
    case 'object':
      return value === null || depth > 100 ? 0 : objectBytes + fieldsBytes(value, depth + 1);
    default:
      return 0;
  }
}

function fieldsBytes(value: object, depth: number): number {
  if (value instanceof Map) return fieldsBytes([...value.entries()].flat(), depth);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 0;
  for (const part of Object.values(value)) bytes += fieldBytes + estimateBytes(part, depth);
  return bytes;
}

// oxlint-disable-next-line no-control-regex -- all of Latin-1
const isLatin = (text: string): boolean => /^[\u0000-\u00ff]*$/.test(text);
