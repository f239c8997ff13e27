import { SourceRequestError } from './source-request.error.js';

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Long enough for any declaration. */
const declarationBytes = 256;

/**
 * Text of bytes by their mark, by what the header says, by the XML declaration, or else by UTF-8, in this order.
 * @param contentType the header, with its parameters
 * @throws SourceRequestError `encoding` for a charset that is unknown
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const charset =
    charsetByMark(bytes) ?? charsetByHeader(contentType) ?? charsetByDeclaration(bytes) ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    throw new SourceRequestError(
      'encoding',
      `The answer is in ${JSON.stringify(charset)}, which is no charset`,
    );
  }
}

const charsetByMark = (bytes: Uint8Array): string | undefined =>
  marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0];

const charsetByHeader = (contentType: string): string | undefined =>
  /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];

const charsetByDeclaration = (bytes: Uint8Array): string | undefined =>
  /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, declarationBytes)).toString(
      'latin1',
    ),
  )?.[1];
