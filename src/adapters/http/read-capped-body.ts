import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { SourceRequestError } from './source-request.error.js';

type Decompress = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

const decompressGzip: Decompress = promisify(gunzip);
const inflateWhole: Decompress = promisify(inflate);
const inflateBare: Decompress = promisify(inflateRaw);
const decompressBrotli: Decompress = promisify(brotliDecompress);

/** Some servers leave out the header that `deflate` has by its specification. */
const inflateEither: Decompress = (bytes, options) =>
  (bytes.readUInt8(0) & 0x0f) === 8 ? inflateWhole(bytes, options) : inflateBare(bytes, options);

const decompressions = new Map<string, Decompress | null>([
  ['', null],
  ['identity', null],
  ['gzip', decompressGzip],
  ['x-gzip', decompressGzip],
  ['deflate', inflateEither],
  ['br', decompressBrotli],
]);

/**
 * All of a body, decompressed. What is larger, as it is sent or as it turns out to be, is not read any further.
 * @throws SourceRequestError `too-large` or `encoding`
 */
export async function readCappedBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const decompress = decompressions.get(encoding.trim().toLowerCase());
  if (decompress === undefined)
    throw new SourceRequestError('encoding', 'The answer is encoded neither by gzip, deflate nor br');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const sent = Buffer.concat(chunks);
  if (decompress === null || sent.length === 0) return sent;
  try {
    return await decompress(sent, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new SourceRequestError('encoding', `The answer is no ${encoding}`);
  }
}

const tooLarge = (maxBytes: number) =>
  new SourceRequestError('too-large', `The answer exceeds ${maxBytes} bytes`);
