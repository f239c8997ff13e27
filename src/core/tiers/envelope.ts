import { promisify } from 'node:util';
import { crc32, gunzip, gzip } from 'node:zlib';
import { EnvelopeError } from './envelope.error.js';
import type { StoredEntry } from './stored-entry.js';

const compress = promisify(gzip);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** The form written today; every older one stays readable. */
const envelopeVersion = 1;

/** `lastgood:<form> <CRC-32, 8 hex digits> <bytes of the head> <bytes of the body> <plain|gzip>`, then a line feed. */
const firstLine = /^lastgood:(\d{1,4}) ([0-9a-f]{8}) (\d{1,10}) (\d{1,10}) (plain|gzip)\n/;
const longestFirstLine = 64;

type Head = Omit<StoredEntry, 'value'>;

export interface DecodeLimits {
  /** Of the value's JSON; what is longer is not inflated any further. */
  readonly maxValueBytes: number;
}

/**
 * The wire form: a line of ASCII, the facts as JSON, the value as JSON, compressed from a size on. The CRC (ISO 3309)
 * is over head and body, as stored.
 * @param compressFromBytes the value's JSON is compressed when it has at least so many bytes
 */
export async function encodeEnvelope(entry: StoredEntry, compressFromBytes: number): Promise<Buffer> {
  const { value, ...facts } = entry;
  const head = Buffer.from(JSON.stringify(facts satisfies Head));
  const plain = entry.absent ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value));
  const isCompressed = plain.length >= compressFromBytes;
  const body = isCompressed ? await compress(plain) : plain;
  const crc = crc32(body, crc32(head)).toString(16).padStart(8, '0');
  const coding = isCompressed ? 'gzip' : 'plain';
  const line = `lastgood:${envelopeVersion} ${crc} ${head.length} ${body.length} ${coding}\n`;
  return Buffer.concat([Buffer.from(line), head, body]);
}

/** @throws EnvelopeError for whatever `encodeEnvelope` did not write */
export async function decodeEnvelope(bytes: Buffer, { maxValueBytes }: DecodeLimits): Promise<StoredEntry> {
  const match = firstLine.exec(bytes.toString('latin1', 0, longestFirstLine));
  if (match === null) throw new EnvelopeError('foreign');
  const [line, version, crc, headBytes, bodyBytes, coding] = match as unknown as string[];
  if (Number(version) !== envelopeVersion) throw new EnvelopeError('version');
  const bodyStart = line!.length + Number(headBytes);
  if (bytes.length !== bodyStart + Number(bodyBytes)) throw new EnvelopeError('length');
  if (crc32(bytes.subarray(line!.length)) !== Number.parseInt(crc!, 16)) throw new EnvelopeError('crc');
  const head = bytes.toString('utf8', line!.length, bodyStart);
  if (coding === 'gzip')
    return parsed(head, (await inflated(bytes.subarray(bodyStart), maxValueBytes)).toString('utf8'));
  if (Number(bodyBytes) > maxValueBytes) throw new EnvelopeError('length');
  return parsed(head, bytes.toString('utf8', bodyStart));
}

async function inflated(body: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength });
  } catch (error) {
    throw new EnvelopeError('gzip', error);
  }
}

function parsed(head: string, body: string): StoredEntry {
  let facts: unknown;
  let value: unknown;
  try {
    facts = parseJson(head);
    value = body === '' ? null : parseJson(body);
  } catch (error) {
    throw new EnvelopeError('json', error);
  }
  if (!isHead(facts) || facts.absent !== (body === '')) throw new EnvelopeError('json');
  return { ...facts, value };
}

/** What looks at every key makes parsing many times slower: it does where such a key may be, plain or escaped. */
const parseJson = (text: string): unknown =>
  text.includes('__proto__') || text.includes('\\u005')
    ? JSON.parse(text, withoutPrototype)
    : JSON.parse(text);

/** A key of that name would become an own property, and somebody's prototype in the first careless merge. */
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new EnvelopeError('json');
  return value;
}

const isMoment = (value: unknown): boolean => Number.isFinite(value);
const areStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function isHead(head: unknown): head is Head {
  if (typeof head !== 'object' || head === null) return false;
  const { absent, message, asOf, scopes, confirmedAt, storedAt, maxAgeMs, schema, left } = head as Record<
    keyof Head,
    unknown
  >;
  return (
    typeof absent === 'boolean' &&
    (message === null || typeof message === 'string') &&
    (asOf === null || isAsOf(asOf)) &&
    areStrings(scopes) &&
    isMoment(confirmedAt) &&
    isMoment(storedAt) &&
    (maxAgeMs === null || isMoment(maxAgeMs)) &&
    Number.isSafeInteger(schema) &&
    areStrings(left)
  );
}

function isAsOf(asOf: unknown): boolean {
  if (typeof asOf !== 'object' || asOf === null) return false;
  const { epoch, version, changeId } = asOf as Record<string, unknown>;
  return typeof epoch === 'string' && Number.isSafeInteger(version) && typeof changeId === 'string';
}
