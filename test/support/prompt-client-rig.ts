import { LruEntryMap } from '../../src/adapters/memory/lru-entry-map.js';
import type { HeldPrompt } from '../../src/features/prompts/client/held-prompt.js';
import { PromptClient, type PromptClientOptions } from '../../src/features/prompts/client/prompt-client.js';
import type { PromptRequest } from '../../src/features/prompts/manager/prompt-request.js';
import type { RenderedPrompt } from '../../src/features/prompts/prompt/rendered-prompt.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { pollUntil } from './poll-until.js';
import { ScriptedPromptService } from './scripted-prompt-service.js';

/** A client on virtual time, and the service it asks over a real network. */
export class PromptClientRig {
  readonly clock = new VirtualClock();
  entries = new LruEntryMap<HeldPrompt>({ maxEntries: 20, maxBytes: 1e7 });
  client: PromptClient;

  private constructor(readonly service: ScriptedPromptService) {
    this.client = this.clientOf();
  }

  static async start(): Promise<PromptClientRig> {
    return new PromptClientRig(await ScriptedPromptService.start());
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.service.close();
  }

  clientOf(options: Partial<PromptClientOptions> = {}): PromptClient {
    const { clock, entries } = this;
    const all = { url: this.service.url, apiKey: 'a-key', ...options } as PromptClientOptions;
    return new PromptClient(all, { clock, entries, random: () => 0.5 });
  }

  render(request: Partial<PromptRequest> = {}): Promise<RenderedPrompt> {
    return this.client.render({ nodeName: 'a_node', userId: 7, context: { input_content: 'x' }, ...request });
  }

  /** Lets virtual time go on, in steps of so many ms, until it ends. */
  async outcome(
    work: Promise<RenderedPrompt>,
    stepMs = 50,
  ): Promise<{ prompt?: RenderedPrompt; error?: unknown }> {
    let told: { prompt?: RenderedPrompt; error?: unknown } | undefined;
    work.then(
      (prompt) => (told = { prompt }),
      (error: unknown) => (told = { error }),
    );
    await pollUntil(async () => {
      if (told === undefined) await this.clock.advance(stepMs);
      return told !== undefined;
    }, 'the prompt is there, or it failed');
    return told!;
  }

  asked(requests: number): Promise<void> {
    return pollUntil(() => this.service.asked.length === requests, `the service was asked ${requests} times`);
  }
}
