import { UnavailableError } from '../../../core/index.js';

/**
 * The body of a response as JSON; reads no more than `maxBytes` and closes what it abandons.
 * @throws UnavailableError for more bytes, and for what is no JSON
 */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    bytes += next.value.byteLength;
    if (bytes > maxBytes) {
      await reader?.cancel();
      throw new UnavailableError(`The prompt service answered with more than ${maxBytes} bytes`, 0);
    }
    chunks.push(next.value);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    // Not as its cause: what cannot be parsed is quoted there.
    throw new UnavailableError(`The prompt service answered ${response.status} with what is no JSON`, 0);
  }
}
