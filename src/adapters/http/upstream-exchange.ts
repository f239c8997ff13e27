import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../core/index.js';
import { isJsonType } from './is-json-type.js';
import { readCappedBody } from './read-capped-body.js';
import { retryAfterMs } from './retry-after-ms.js';
import { SourceRequestError } from './source-request.error.js';
import type { UpstreamClientOptions } from './upstream-client.options.js';
import { UpstreamRequestError } from './upstream-request.error.js';
import type { UpstreamAnswer, UpstreamRequest } from './upstream-request.js';

const usualConnections = 32;
const usualConnectMs = 1_000;
/** An attempt that was given up sooner says nothing of the upstream: it had no time to answer. */
const shortestTrialMs = 500;
/** Of what is not needed: its connection is worth reading so much, and no more. */
const mostSparedBytes = 16_384;

/** On its word nothing is left alone for longer: what is held grows old meanwhile, and events say to look again. */
const longestHeldMs = 60_000;

type Answered = Dispatcher.ResponseData;

/** One request, one answer. No redirect is followed: where an address leads is for whoever set it to say. */
export class UpstreamExchange {
  private readonly clock: Clock;
  private readonly agent: Agent;
  private readonly base: URL;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(options: UpstreamClientOptions) {
    const { connections = usualConnections, connectMs = usualConnectMs, apiKey, baseUrl, clock } = options;
    this.clock = clock;
    this.base = new URL(baseUrl);
    this.headers = {
      'accept-encoding': 'gzip, deflate, br',
      ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
    };
    this.agent = new Agent({
      connect: { timeout: connectMs },
      connections,
      pipelining: 1,
      // The deadline of a request is its signal.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Aborting closes the connection.
   * @throws UpstreamRequestError, and the signal's reason where the attempt had no time to fail by itself
   */
  async ask(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const { signal } = request;
    signal.throwIfAborted();
    const begunAt = this.clock.now();
    try {
      return await this.send(request);
    } catch (error) {
      if (!signal.aborted) throw faultOf(error);
      const tookMs = this.clock.now() - begunAt;
      if (tookMs < shortestTrialMs) throw signal.reason;
      throw new UpstreamRequestError(
        'timeout',
        `The upstream gave no answer within ${Math.round(tookMs)} ms`,
      );
    }
  }

  /** What is under way fails. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async send({ path, accept, takes, maxBytes, signal }: UpstreamRequest): Promise<UpstreamAnswer> {
    const answer = await this.agent.request({
      origin: this.base.origin,
      path: `${this.base.pathname.replace(/\/$/, '')}${path}`,
      method: 'GET',
      headers: { ...this.headers, accept },
      signal,
    });
    const { statusCode: status, body: stream, headers } = answer;
    // What is not read to its end is cut off, which is no error of anybody.
    stream.on('error', () => undefined);
    try {
      const mediaType = mediaTypeOf(headers['content-type']);
      if (status === 404 || status === 410) return await this.absence(answer, mediaType);
      if (status !== 200) return await this.withoutBody(answer, signal);
      if (!takes(mediaType))
        throw new UpstreamRequestError(
          'invalid',
          `The upstream's answer is ${typeShown(mediaType)}, which is not asked for`,
        );
      const encoding = String(headers['content-encoding'] ?? '');
      return { kind: 'body', mediaType, body: await readCappedBody(stream, encoding, maxBytes) };
    } finally {
      if (!stream.destroyed) stream.destroy();
    }
  }

  /** By a service that speaks JSON; a page for people is that of a gateway, which has lost its way to it. */
  private async absence({ statusCode: status, body }: Answered, mediaType: string): Promise<UpstreamAnswer> {
    const { length } = await readCappedBody(body, '', mostSparedBytes);
    if (length === 0 || isJsonType(mediaType)) return { kind: 'absent' };
    throw new UpstreamRequestError(
      'invalid',
      `The upstream's ${status} is ${typeShown(mediaType)}: only one of JSON, or of nothing, says that there is none`,
      { status },
    );
  }

  /** @throws UpstreamRequestError */
  private async withoutBody(
    { statusCode: status, headers, body }: Answered,
    signal: AbortSignal,
  ): Promise<never> {
    await body.dump({ limit: mostSparedBytes, signal }).catch(() => undefined);
    if (status === 401 || status === 403)
      throw new UpstreamRequestError('unauthorized', `The upstream refused the key (${status})`, { status });
    const said = headers['retry-after'];
    const isBusy = status === 429 || status >= 500;
    const saidMs = isBusy && said !== undefined ? retryAfterMs(String(said), this.clock.wall()) : 0;
    throw new UpstreamRequestError('status', `The upstream answered ${status}`, {
      status,
      retryAfterMs: Math.min(longestHeldMs, saidMs),
    });
  }
}

const mediaTypeOf = (header: string | string[] | undefined): string =>
  String(header ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();

const typeShown = (mediaType: string): string =>
  mediaType === '' ? 'of no type' : JSON.stringify(mediaType.slice(0, 100));

/** Of what a connection fails with only the code is told: a message may name what was sent. */
function faultOf(error: unknown): UpstreamRequestError {
  if (error instanceof UpstreamRequestError) return error;
  if (error instanceof SourceRequestError) return new UpstreamRequestError('invalid', error.message);
  const { code } = error as { readonly code?: unknown };
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new UpstreamRequestError('timeout', 'No connection to the upstream in time');
  const shown = typeof code === 'string' ? ` (${code})` : '';
  return new UpstreamRequestError('network', `The connection to the upstream failed${shown}`);
}
