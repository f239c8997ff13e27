import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { decodeEnvelope, encodeEnvelope } from './envelope.js';
import type { StoredEntry } from './stored-entry.js';

const limits = { maxValueBytes: 1_000_000 };
const never = Number.POSITIVE_INFINITY;

const entry = (value: unknown): StoredEntry => ({
  value,
  absent: false,
  message: null,
  asOf: { epoch: 'e', version: 7, changeId: 'c7' },
  scopes: ['a', 'b'],
  confirmedAt: 1_000,
  storedAt: 2_000,
  maxAgeMs: null,
  schema: 1,
  left: [],
});

/** The same bytes under a first line that says what they are, whatever they are. */
async function rewrapped(head: string, body: Buffer, coding: 'plain' | 'gzip'): Promise<Buffer> {
  const { crc32 } = await import('node:zlib');
  const crc = crc32(body, crc32(Buffer.from(head)))
    .toString(16)
    .padStart(8, '0');
  const line = `lastgood:1 ${crc} ${Buffer.byteLength(head)} ${body.length} ${coding}\n`;
  return Buffer.concat([Buffer.from(line + head), body]);
}
const headOf = ({ value: _value, ...head }: StoredEntry): string => JSON.stringify(head);

describe('the wire form of an entry (CA-1)', () => {
  it('gives back every JSON value, compressed or not', () =>
    fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ noUnicodeString: false }),
        fc.boolean(),
        async (value, isCompressed) => {
          const stored = entry(JSON.parse(JSON.stringify(value)));
          const bytes = await encodeEnvelope(stored, isCompressed ? 0 : never);
          const isRefused = JSON.stringify(value).includes('"__proto__":');
          const read = await decodeEnvelope(bytes, limits).catch(() => 'refused');
          expect(read).toEqual(isRefused ? 'refused' : stored);
        },
      ),
    ));

  it('gives back an absence with its message', async () => {
    const absence: StoredEntry = { ...entry(null), absent: true, message: 'no such book' };
    expect(await decodeEnvelope(await encodeEnvelope(absence, 0), limits)).toEqual(absence);
  });

  it.each([
    [-1, 'plain'],
    [0, 'gzip'],
    [1, 'gzip'],
  ])('compresses from the threshold on: %i bytes beside it is %s (CA-3)', async (beside, coding) => {
    const value = 'x'.repeat(65_536 + beside - '""'.length);
    const bytes = await encodeEnvelope(entry(value), 65_536);
    expect(bytes.toString('latin1', 0, 60).split('\n')[0]).toMatch(new RegExp(` ${coding}$`));
    expect((await decodeEnvelope(bytes, limits)).value).toBe(value);
  });

  it('refuses every altered, cut or prolonged copy', async () => {
    const bytes = await encodeEnvelope(entry({ text: 'значение' }), never);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const altered = Buffer.from(bytes);
        altered[at]! ^= flip;
        await expect(decodeEnvelope(altered, limits)).rejects.toMatchObject({ code: 'envelope-corrupt' });
        await expect(decodeEnvelope(bytes.subarray(0, at), limits)).rejects.toMatchObject({
          code: 'envelope-corrupt',
        });
      }),
    );
    await expect(decodeEnvelope(Buffer.concat([bytes, bytes]), limits)).rejects.toMatchObject({
      fault: 'length',
    });
  });

  it.each(['', '{"value":1}', 'null', '\0\0', 'lastgood:1 zz', '"_function_a|() => 1"'])(
    'takes %j for foreign',
    async (text) => {
      await expect(decodeEnvelope(Buffer.from(text), limits)).rejects.toMatchObject({ fault: 'foreign' });
    },
  );

  it('inflates no more than a value may have', async () => {
    const bomb = await rewrapped(headOf(entry(null)), gzipSync(Buffer.alloc(50_000_000, 0x20)), 'gzip');
    await expect(decodeEnvelope(bomb, limits)).rejects.toMatchObject({ fault: 'gzip' });
    const plain = await rewrapped(headOf(entry(null)), Buffer.alloc(1_000_001, 0x20), 'plain');
    await expect(decodeEnvelope(plain, limits)).rejects.toMatchObject({ fault: 'length' });
  });

  it.each([
    ['no facts', '{}', '1'],
    ['facts of another kind', '[]', '1'],
    ['a moment that is no number', headOf({ ...entry(1), confirmedAt: 'x' as never }), '1'],
    ['an absence with a value', headOf({ ...entry(1), absent: true }), '1'],
    ['no JSON', headOf(entry(1)), '{'],
    ['a key that is everybody’s prototype', headOf(entry(1)), '{"__proto__":{"isAdmin":true}}'],
    ['such a key in disguise', headOf(entry(1)), String.raw`{"a":[{"\u005F_pro\u0074o__":1}]}`],
  ])('refuses %s under a valid CRC', async (_name, head, body) => {
    const bytes = await rewrapped(head, Buffer.from(body), 'plain');
    await expect(decodeEnvelope(bytes, limits)).rejects.toMatchObject({ fault: 'json' });
  });
});
