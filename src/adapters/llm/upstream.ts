import OpenAI from 'openai';
import { AttemptFault } from './attempt-fault.js';
import type { Answered } from './llm-call.js';
import type { AnswerForm } from './llm-request.js';
import { LlmTransport, type LlmTransportOptions } from './llm-transport.js';
import { parseAnswer } from './parse-answer.js';
import { readCompletion } from './read-completion.js';

export interface UpstreamOptions extends LlmTransportOptions {
  readonly baseUrl: string;
}

/** Deadlines are the caller's signals. */
const longestTimerMs = 2_147_483_647;

/** The API, one attempt at a time. */
export class Upstream {
  private readonly transport: LlmTransport;
  private readonly sdk: OpenAI;

  constructor({ baseUrl, ...options }: UpstreamOptions) {
    this.transport = new LlmTransport(options);
    this.sdk = new OpenAI({
      baseURL: baseUrl,
      apiKey: options.apiKey,
      fetch: this.transport.fetch,
      maxRetries: 0,
      timeout: longestTimerMs,
      logLevel: 'off',
      // What is left out here is read from the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
    });
  }

  /**
   * Sends once. The connection is closed when the signal is aborted.
   * @throws AttemptFault, and anything once the signal is aborted
   */
  async ask<T>(
    body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming,
    form: AnswerForm<T> | undefined,
    signal: AbortSignal,
  ): Promise<Answered<T>> {
    const { text, servedModel, isCut, usage } = readCompletion(await this.send(body, signal));
    const shared = { servedModel: servedModel ?? body.model, isCut, usage };
    // Without a form the answer is text, and T says so.
    if (form === undefined) return { value: text as T, ...shared };
    const parsed = await parseAnswer(text, form);
    if ('problem' in parsed) {
      const cut = isCut ? ', and was cut at the limit of its tokens' : '';
      throw new AttemptFault('answer-invalid', `${parsed.problem}${cut}`, { usage });
    }
    return { value: parsed.value, ...shared };
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async send(
    body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      return await this.sdk.chat.completions.create(body, { signal });
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof AttemptFault) throw cause;
      // The parser's message quotes what it could not read.
      throw new AttemptFault('upstream-failed', 'the answer is no JSON');
    }
  }
}
