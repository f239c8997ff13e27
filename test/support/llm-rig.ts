import { LlmCallError } from '../../src/adapters/llm/llm-call.error.js';
import { LlmClient } from '../../src/adapters/llm/llm-client.js';
import type { LlmClientOptions } from '../../src/adapters/llm/llm-client.options.js';
import type { LlmRequest } from '../../src/adapters/llm/llm-request.js';
import { LlmUpstream, type LlmUpstreamOptions } from '../../src/testing/llm-upstream.js';
import { skippingClock } from './skipping-clock.js';

/** What a test asks where it does not matter. */
export const question: LlmRequest = {
  modelId: 'some/model',
  messages: [{ role: 'user', content: 'What is a cache?' }],
  temperature: 0,
  maxTokens: 100,
  timeoutMs: 10_000,
  maxRetries: 0,
};

/** The real client before an upstream that can be broken; it hardly pauses between attempts. */
export class LlmRig {
  private constructor(
    readonly upstream: LlmUpstream,
    readonly client: LlmClient,
    readonly skip: (ms: number) => void,
  ) {}

  static async start(
    options: LlmUpstreamOptions = {},
    clientOptions: Partial<LlmClientOptions> = {},
  ): Promise<LlmRig> {
    const upstream = await LlmUpstream.start({ apiKey: 'the-key', ...options });
    const { clock, skip } = skippingClock();
    const base = { baseUrl: upstream.url, apiKey: 'the-key', clock, backOffMs: 1 };
    return new LlmRig(upstream, new LlmClient({ ...base, ...clientOptions }), skip);
  }

  ask<T = string>(changes: Partial<LlmRequest<T>> = {}) {
    return this.client.complete<T>({ ...(question as LlmRequest<T>), ...changes });
  }

  /** How a call fails that is to fail. */
  async failure<T = string>(changes: Partial<LlmRequest<T>> = {}): Promise<LlmCallError> {
    try {
      await this.ask(changes);
    } catch (error) {
      if (error instanceof LlmCallError) return error;
      throw error;
    }
    throw new Error('The call was answered');
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.upstream.close();
  }
}
