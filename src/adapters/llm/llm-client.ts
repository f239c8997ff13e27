import { LRUCache } from 'lru-cache';
import { CallDeadline } from './call-deadline.js';
import { completionBody } from './completion-body.js';
import type { LlmAnswer } from './llm-answer.js';
import { LlmCall } from './llm-call.js';
import type { LlmClientOptions } from './llm-client.options.js';
import { LlmNotConfiguredError } from './llm-not-configured.error.js';
import type { LlmRequest } from './llm-request.js';
import { ModelGate } from './model-gate.js';
import { RetryBudget } from './retry-budget.js';
import { Upstream } from './upstream.js';

/** Models that are remembered: a configuration names dozens. */
const mostModels = 1_000;

/** Asks models, over an API like OpenAI's. */
export class LlmClient {
  private readonly upstream: Upstream | null;
  private readonly budget: RetryBudget;
  private readonly byModel = new LRUCache<string, ModelGate>({ max: mostModels });

  constructor(private readonly options: LlmClientOptions) {
    const { baseUrl, apiKey, clock, connectMs = 1_000, maxAnswerBytes = 1_048_576 } = options;
    this.budget = new RetryBudget(clock);
    this.upstream =
      apiKey === null ? null : new Upstream({ baseUrl, apiKey, clock, connectMs, maxAnswerBytes });
  }

  /** @throws LlmNotConfiguredError without a key: what will take long is better refused before it begins */
  assertConfigured(): void {
    if (this.upstream === null) throw new LlmNotConfiguredError();
  }

  /**
   * One model's answer, in at most three attempts within the deadline. A structured one has the form that was asked for.
   * @throws LlmCallError when there is none
   * @throws LlmNotConfiguredError without a key
   * @throws the signal's reason, at once, when it is aborted
   */
  async complete<T = string>(request: LlmRequest<T>): Promise<LlmAnswer<T>> {
    const { upstream, budget } = this;
    if (upstream === null) throw new LlmNotConfiguredError();
    const { modelId, maxRetries, timeoutMs, signal } = request;
    signal?.throwIfAborted();
    const { clock, backOffMs = 250, maxRetryAfterMs = 10_000, random = Math.random } = this.options;
    const body = completionBody(request);
    const deadline = new CallDeadline({ clock, timeoutMs, signal });
    try {
      const ask = () => upstream.ask(body, request.answer, deadline.signal);
      const gate = this.gateOf(modelId);
      const rules = { clock, budget, backOffMs, maxRetryAfterMs, random };
      return await new LlmCall({ modelId, maxRetries, ask, deadline, gate, ...rules }).run();
    } finally {
      deadline.dispose();
    }
  }

  /** Models that were asked lately: whether each would be asked now. */
  gates(): { readonly modelId: string; readonly isOpen: boolean }[] {
    return [...this.byModel.entries()].map(([modelId, { refusal }]) => ({
      modelId,
      isOpen: refusal === null,
    }));
  }

  /** Ends for good: connections are closed, and what is under way fails. */
  async close(): Promise<void> {
    await this.upstream?.close();
  }

  private gateOf(modelId: string): ModelGate {
    const gate = this.byModel.get(modelId) ?? new ModelGate(this.options.clock);
    this.byModel.set(modelId, gate);
    return gate;
  }
}
