import { Agent, fetch as send } from 'undici';
import type { Clock } from '../../core/index.js';
import { AttemptFault } from './attempt-fault.js';
import { faultOfStatus } from './fault-of-status.js';
import { noUsage } from './llm-answer.js';
import { parseRetryAfter } from './parse-retry-after.js';
import { readCapped } from './read-capped.js';

/** Of connections that were never made: no model has seen the prompt. */
const unconnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export interface LlmTransportOptions {
  readonly apiKey: string;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly maxAnswerBytes: number;
}

/**
 * What the SDK sends requests by. An answer is handed on when it is whole: the SDK's own deadline ends with the headers.
 * Whatever is not 2xx fails here, so that no error of the SDK holds a body or headers.
 */
export class LlmTransport {
  private readonly agent: Agent;

  constructor(private readonly options: LlmTransportOptions) {
    // The deadline of a call is its signal: undici's own would end every answer that takes five minutes.
    this.agent = new Agent({ connect: { timeout: options.connectMs }, headersTimeout: 0, bodyTimeout: 0 });
  }

  /**
   * Aborting closes the connection.
   * @throws AttemptFault
   */
  readonly fetch = async (target: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(target instanceof Request ? target.url : target);
    try {
      return await this.ask(url, init);
    } catch (error) {
      throw error instanceof AttemptFault ? error : this.faultOf(error);
    }
  };

  /** What is under way fails. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async ask(url: URL, { body, signal }: RequestInit): Promise<Response> {
    const { apiKey, clock, maxAnswerBytes } = this.options;
    const answer = await send(url, {
      method: 'POST',
      // These and no others: the SDK adds what OPENAI_CUSTOM_HEADERS says.
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
      },
      body: typeof body === 'string' ? body : null,
      signal: signal ?? null,
      // Where an address leads is for whoever set it to say.
      redirect: 'manual',
      dispatcher: this.agent,
    });
    const text = await readCapped(answer.body, maxAnswerBytes);
    // Whatever it calls itself: what is no JSON is found out by reading it.
    if (answer.ok) return new Response(text, { headers: { 'content-type': 'application/json' } });
    const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), clock.wall());
    throw faultOfStatus({ status: answer.status, path: url.pathname, body: text, retryAfterMs });
  }

  /** Of what undici throws only the code is told: `fetch failed`, and below it the error of the socket. */
  private faultOf(error: unknown): AttemptFault {
    const { code } = ((error as Error).cause ?? error) as { code?: unknown };
    if (code === 'UND_ERR_CONNECT_TIMEOUT')
      return new AttemptFault('timeout', `no connection within ${this.options.connectMs} ms`, {
        usage: noUsage,
      });
    const shown = typeof code === 'string' ? code : null;
    const usage = shown !== null && unconnected.has(shown) ? noUsage : null;
    const message = shown === null ? 'the connection failed' : `the connection failed (${shown})`;
    return new AttemptFault('upstream-failed', message, { usage });
  }
}
