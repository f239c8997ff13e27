export interface ReadJsonOptions {
  /** For all of it, the body included. */
  readonly deadlineMs: number;
  readonly maxBytes: number;
}

/**
 * What a GET of `url` answers, as JSON. No redirect is followed: where an address leads is for whoever set it to say.
 * @throws Error for any other status than 200, for no answer in time, for one that is longer, and for what is no JSON
 */
export async function readJson(url: string, { deadlineMs, maxBytes }: ReadJsonOptions): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`Answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`Answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
