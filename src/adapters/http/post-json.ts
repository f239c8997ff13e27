import { retryAfterMs } from './retry-after-ms.js';

export interface PostJsonOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The moment that dates are counted from (Unix ms). */
  readonly wallMs: number;
}

export interface Posted {
  /** Of a redirect too: none is followed, since what is sent is for that address alone. */
  readonly status: number;
  /** 0 where it said nothing. */
  readonly retryAfterMs: number;
}

/**
 * Sends JSON, and reads nothing but how it was taken.
 * @throws Error where there was no answer, naming the code alone: a message may quote the address
 */
export async function postJson(url: string, value: unknown, options: PostJsonOptions): Promise<Posted> {
  const { headers, signal, wallMs } = options;
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(value),
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    throw noAnswer(error as Error);
  }
  await answer.body?.cancel().catch(() => undefined);
  return {
    status: answer.status,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), wallMs),
  };
}

function noAnswer({ cause }: Error): Error {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return new Error(`no answer (${typeof code === 'string' ? code : 'the connection failed'})`);
}
