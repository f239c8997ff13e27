import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderApiError } from './llm-completion.js';
import type { LlmMisbehaviour } from './llm-misbehaviour.js';
import { readCall, type LlmUpstreamCall } from './llm-upstream-call.js';
import { misbehave } from './misbehave.js';

export interface LlmUpstreamOptions {
  /** What a model says; what it is to say in a form is JSON of that form. One fixed sentence by default. */
  readonly answer?: (call: LlmUpstreamCall) => string | Promise<string>;
  /** Calls with another key get 401. Any key is taken by default. */
  readonly apiKey?: string;
}

/** Which calls misbehave. */
export interface MisbehaviourScope {
  /** Those of this model alone; of every model by default. */
  readonly model?: string;
  /** So many of them; all, until `heal`, by default. */
  readonly times?: number;
}

interface Rule {
  readonly mode: LlmMisbehaviour;
  readonly model: string | undefined;
  left: number;
}

const host = '127.0.0.1';

/**
 * A local server that speaks OpenAI's chat API, and breaks in the ways that upstreams do: point a client's base URL at
 * it, and see what your code makes of a model that hangs, is retired, or answers nonsense.
 *
 * ```ts
 * const upstream = await LlmUpstream.start({ answer: ({ model }) => `I am ${model}` });
 * upstream.behave('hang', { model: 'big-model' });
 * // … ask, through upstream.url …
 * upstream.heal();
 * await upstream.close();
 * ```
 */
export class LlmUpstream {
  /** Every call that was ever received whole, in their order. */
  readonly calls: readonly LlmUpstreamCall[];
  private readonly log: LlmUpstreamCall[] = [];
  private readonly arrivals = new EventEmitter();
  private rules: Rule[] = [];
  private readonly server: Server;

  private constructor(private readonly options: LlmUpstreamOptions) {
    this.calls = this.log;
    this.arrivals.setMaxListeners(0);
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Listens on a free port of 127.0.0.1, and behaves. */
  static async start(options: LlmUpstreamOptions = {}): Promise<LlmUpstream> {
    const upstream = new LlmUpstream(options);
    await once(upstream.server.listen(0, host), 'listening');
    return upstream;
  }

  /** The base URL, which ends with `/v1`. */
  get url(): string {
    return `http://${host}:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Calls that come misbehave so; where several modes are meant for one, the first that was set goes first. */
  behave(mode: LlmMisbehaviour, { model, times = Number.POSITIVE_INFINITY }: MisbehaviourScope = {}): void {
    this.rules.push({ mode, model, left: times });
  }

  /** Calls that come are answered as they should; those that hang already hang on. */
  heal(): void {
    this.rules = [];
  }

  /** Settled when so many calls have come since the start; answered or not. */
  async received(count: number): Promise<void> {
    while (this.calls.length < count) await once(this.arrivals, 'call');
  }

  /** Closes every connection. Calling it again is harmless. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      await this.answer(await readCall(request, this.options.apiKey ?? null), response, gone.signal);
    } catch (error) {
      // Who is gone wants no answer; whoever wrote `answer` wants to hear of its faults.
      if (!gone.signal.aborted)
        response.writeHead(500).end(renderApiError(String(error), 'rehearsal_broken'));
    }
  }

  private async answer(call: LlmUpstreamCall, response: ServerResponse, gone: AbortSignal): Promise<void> {
    this.log.push(call);
    this.arrivals.emit('call');
    const { answer = () => 'This is a rehearsal.' } = this.options;
    const mode = call.isAuthorized ? this.take(call) : ({ kind: 'status', status: 401 } as const);
    if (mode !== 'reset') {
      const leave = () => (call.abandoned = !response.writableFinished);
      if (response.destroyed) leave();
      else response.on('close', leave);
    }
    await misbehave({ call, response, mode, text: async () => answer(call), gone });
  }

  private take({ model }: LlmUpstreamCall): LlmMisbehaviour | null {
    const rule = this.rules.find((each) => each.left > 0 && (each.model ?? model) === model);
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.mode;
  }
}
