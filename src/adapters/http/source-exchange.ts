import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../core/index.js';
import { faultOfConnection } from './fault-of-connection.js';
import { guardedConnector } from './guarded-connector.js';
import type { HostGate } from './host-gate.js';
import { HostGates } from './host-gates.js';
import { readCappedBody } from './read-capped-body.js';
import { retryAfterMs } from './retry-after-ms.js';
import type { SourceClientOptions } from './source-client.options.js';
import { SourceRequestError } from './source-request.error.js';
import { hostPort } from './source-target.js';

/** At one host at once (SI-5). */
const requestsPerHost = 2;
const usualConnectMs = 5_000;
const usualMaxBytes = 5_000_000;
const redirects = new Set([301, 302, 303, 307, 308]);
const busy = new Set([429, 503]);

export interface Exchanged {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  /** Empty but for an answer that is a body. */
  readonly body: Buffer;
  /** When it was asked, and when the answer began, on the clock's timeline. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** `SourceClientOptions` with its list in a form to look things up in. */
export type SourceExchangeOptions = Omit<SourceClientOptions, 'allowed'> & {
  readonly allowed: ReadonlySet<string>;
};

/** One request, one answer: connections, what hosts bear, and how large an answer may be. */
export class SourceExchange {
  private readonly clock: Clock;
  private readonly agent: Agent;
  private readonly gates: HostGates;
  private readonly maxBytes: number;

  constructor(options: SourceExchangeOptions) {
    const { clock, allowed, resolve, connectMs = usualConnectMs, maxAnswerBytes = usualMaxBytes } = options;
    this.clock = clock;
    this.maxBytes = maxAnswerBytes;
    this.gates = new HostGates(clock, requestsPerHost);
    this.agent = new Agent({
      connect: guardedConnector({ allowed, connectMs, ...(resolve && { resolve }) }),
      connections: requestsPerHost,
      pipelining: 1,
      // The deadline of a request is its signal.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Answers with whatever counts as an answer: a body, a redirect, 304, or that there is nothing (404 and 410).
   * @throws SourceRequestError, and the signal's reason once it is aborted
   */
  async ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Exchanged> {
    try {
      return await this.gates.within(hostPort(url), signal, (gate) => this.send(url, headers, signal, gate));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SourceRequestError ? error : faultOfConnection(error, url.host);
    }
  }

  /** What is under way fails. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    gate: HostGate,
  ): Promise<Exchanged> {
    const askedAt = this.clock.now();
    const answer = await this.agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers,
      signal,
    });
    const { statusCode: status, body: stream } = answer;
    const answeredAt = this.clock.now();
    // What is not read to its end is cut off, which is no error of anybody.
    stream.on('error', () => undefined);
    try {
      this.check(status, answer, url, gate);
      const encoding = String(answer.headers['content-encoding'] ?? '');
      const body = status === 200 ? await readCappedBody(stream, encoding, this.maxBytes) : Buffer.alloc(0);
      // It has no body: its connection can be used again.
      if (status === 304) await stream.dump();
      return { status, headers: answer.headers, body, askedAt, answeredAt };
    } finally {
      if (!stream.destroyed) stream.destroy();
    }
  }

  private check(status: number, answer: Dispatcher.ResponseData, url: URL, gate: HostGate): void {
    if (status === 200 || status === 304 || status === 404 || status === 410 || redirects.has(status)) return;
    const said = answer.headers['retry-after'];
    const waitMs = busy.has(status)
      ? retryAfterMs(said === undefined ? null : String(said), this.clock.wall())
      : 0;
    gate.holdOff(waitMs);
    throw new SourceRequestError('status', `${url.host} answered ${status}`, {
      status,
      retryAfterMs: waitMs,
    });
  }
}
