import { AppError, UnavailableError, type Clock } from '../../../core/index.js';
import { readJson } from './read-json.js';

/** A bearer of access: the same always, or what is valid now. */
export type Token = string | (() => string | Promise<string>);

export interface ServiceOptions {
  /** Where the service is; its API is at `/api/v1` below. */
  readonly url: string;
  readonly token: Token;
  /** Milliseconds for one request, from the token to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

export interface ServiceRequest {
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly body: unknown;
  /** An answer with this ETag need not be sent again. */
  readonly etag?: string | null;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; `null` with 304, and where an answer other than 200 is no JSON. */
  readonly body: unknown;
}

const ok = 200;
const notModified = 304;

/** The prompt service over HTTP: every request ends in time, and closes what it abandons. */
export class ServiceClient {
  private readonly base: URL;
  private readonly underWay = new Set<AbortController>();
  private isClosed = false;

  /** @throws TypeError for what is no URL, RangeError for one that is not HTTP */
  constructor(private readonly options: ServiceOptions) {
    this.base = new URL('api/v1/', options.url.endsWith('/') ? options.url : `${options.url}/`);
    if (!/^https?:$/.test(this.base.protocol)) throw new RangeError('url must be http: or https:');
  }

  /** @throws UnavailableError where nothing comes that can be read; any status is an answer */
  async post({ path, body, etag = null, maxBytes, signal }: ServiceRequest): Promise<ServiceAnswer> {
    const end = this.endOf(signal);
    try {
      const work = this.send(new URL(path, this.base), body, etag, maxBytes, end.signal);
      return await unlessAborted(end.signal, work);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const cause: unknown = end.signal.aborted ? end.signal.reason : error;
      throw new UnavailableError(`The prompt service cannot be reached (${whyOf(cause)})`, 0, cause);
    } finally {
      end.forget();
    }
  }

  /** Ends what is under way; nothing can be sent any more. */
  close(): void {
    this.isClosed = true;
    for (const end of this.underWay) end.abort(closedError());
  }

  /** By hand: of what `AbortSignal.any` makes of a signal that lives on, something stays (Node 20). */
  private endOf(callers: AbortSignal | undefined) {
    const { clock, timeoutMs } = this.options;
    const end = new AbortController();
    const cancel = clock.after(timeoutMs, () => end.abort(new Error(`No answer within ${timeoutMs} ms`)));
    const abort = () => end.abort(callers?.reason);
    callers?.addEventListener('abort', abort);
    if (callers?.aborted) abort();
    if (this.isClosed) end.abort(closedError());
    this.underWay.add(end);
    const forget = () => {
      cancel();
      callers?.removeEventListener('abort', abort);
      this.underWay.delete(end);
    };
    return { signal: end.signal, forget };
  }

  private async send(
    url: URL,
    body: unknown,
    etag: string | null,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<ServiceAnswer> {
    const response = await this.options.fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.token()}`,
        'content-type': 'application/json',
        accept: 'application/json, application/problem+json',
        ...(etag !== null && { 'if-none-match': etag }),
      },
      body: JSON.stringify(body),
      // It would be given the token too.
      redirect: 'error',
      signal,
    });
    const { status, headers } = response;
    if (status === notModified) return { status, headers, body: null };
    const json = readJson(response, maxBytes);
    return { status, headers, body: await (status === ok ? json : json.catch(() => null)) };
  }

  private async token(): Promise<string> {
    const { token } = this.options;
    const text = typeof token === 'string' ? token : await token();
    // What refuses a header quotes it.
    if (!/^[\x21-\x7e]+$/.test(text)) throw new Error('The token cannot be sent in a header');
    return text;
  }
}

const closedError = () => new Error('This client is closed');

/** Not all of it listens to the signal: whoever gives the token need not. */
function unlessAborted<R>(signal: AbortSignal, work: Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject);
  });
}

function whyOf(error: unknown): string {
  const { cause, message } = (error ?? {}) as { cause?: { code?: unknown }; message?: unknown };
  if (typeof cause?.code === 'string') return cause.code;
  return typeof message === 'string' ? message : 'unknown';
}
