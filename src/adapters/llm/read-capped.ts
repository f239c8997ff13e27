import { AttemptFault } from './attempt-fault.js';

/**
 * All of a body, as text. One that is longer is left where it is, and its connection closed.
 * @throws AttemptFault `answer-too-large`
 */
export async function readCapped(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AttemptFault('answer-too-large', `the answer exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
