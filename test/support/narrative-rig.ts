import type { Reader } from '../../src/core/index.js';
import type { Narrative, NarrativeValue } from '../../src/features/narratives/narrative/narrative.js';
import { NARRATIVES_READER } from '../../src/features/narratives/narratives.policy.js';
import { NarrativesService } from '../../src/features/narratives/index.js';
import { LlmUpstream, type LlmUpstreamCall } from '../../src/testing/index.js';
import { exampleProfile } from './example-profile.js';
import type { Answer, Ask } from './http-client.js';
import { TestApp, type TestAppOptions } from './test-app.js';

export interface AskedNarrative {
  readonly narrative: Narrative;
  readonly meta: {
    readonly source: string;
    readonly isStale: boolean;
    readonly ageMs: number;
    readonly createdAt: string | null;
    readonly refreshedAt: string | null;
    readonly staleAfter: string | null;
  };
  readonly fallback?: true;
}

export const narrativesPath = '/api/v1/narratives';

/** What the simulated model says: the same for the same prompt. */
export function simulatedNarrative({ messages }: LlmUpstreamCall): string {
  const prompt = messages.at(-1)?.content ?? '';
  const profile = /<profile>\s*([^]*?)\s*<\/profile>/.exec(prompt)?.[1] ?? '';
  return JSON.stringify({ summary: `A reading of ${profile}`, bullets: ['It is balanced', 'It is calm'] });
}

/** The application with a model behind it that writes narratives, and can be made to fail. */
export class NarrativeRig {
  private constructor(
    readonly app: TestApp,
    readonly upstream: LlmUpstream,
    private readonly isOwner: boolean,
  ) {}

  static async start({
    beside,
    answer = simulatedNarrative,
    ...options
  }: Omit<TestAppOptions, 'beside'> & {
    readonly beside?: NarrativeRig;
    readonly answer?: (call: LlmUpstreamCall) => string | Promise<string>;
  } = {}): Promise<NarrativeRig> {
    const upstream = beside?.upstream ?? (await LlmUpstream.start({ answer }));
    const env = { LLM_BASE_URL: upstream.url, ...options.env };
    const app = await TestApp.start({ ...options, env, ...(beside && { beside: beside.app }) });
    return new NarrativeRig(app, upstream, beside === undefined);
  }

  ask<B = AskedNarrative>(
    profile: unknown = exampleProfile,
    { query = '', ...ask }: Ask & { readonly query?: string } = {},
  ): Promise<Answer<B>> {
    return this.app.ask<B>(`${narrativesPath}${query}`, { method: 'POST', body: profile, ...ask });
  }

  get service(): NarrativesService {
    return this.app.app.get(NarrativesService, { strict: false });
  }

  get reader(): Reader<NarrativeValue> {
    return this.app.app.get<Reader<NarrativeValue>>(NARRATIVES_READER, { strict: false });
  }

  /** How many times a model was asked. */
  get calls(): number {
    return this.upstream.calls.length;
  }

  /** Keys of what is held in memory. */
  get keys(): string[] {
    return [...this.reader.cache.keys()];
  }

  async dispose(): Promise<void> {
    await this.app.dispose();
    if (this.isOwner) await this.upstream.close();
  }
}
