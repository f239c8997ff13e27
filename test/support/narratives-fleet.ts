import { LlmUpstream, type LlmUpstreamCall } from '../../src/testing/index.js';
import { CoherenceService } from '../../src/platform/cache/index.js';
import { EventBus } from '../../src/platform/observability/index.js';
import type { Answer } from './http-client.js';
import { TestApp, type TestAppOptions } from './test-app.js';

/** Of a machine that may be busy. */
const narrativesPath = '/api/v1/narratives';

export interface NarrativeBody {
  readonly narrative: { readonly summary: string; readonly bullets: readonly string[] };
  readonly meta: { readonly source: string; readonly isStale: boolean; readonly ageMs: number };
  readonly fallback?: true;
  readonly code?: string;
}

/** A profile that nobody else has; `mark` is in its text, and in what a model is told. */
const profileOf = (mark: string) => ({
  classification: 'primary',
  primary: `Star ${mark}`,
  percentages: { [`Star ${mark}`]: 60.5, Vega: 39.5 },
  hdData: { type: 'Generator', authority: 'Sacral', profile: '1/3', centers: ['Root'], gates: [3, 60] },
});

/** What a model says to the n-th call (from 1) for a mark. */
export const saidOf = (mark: string, generation = 1) => `A reading of ${mark}, no. ${generation}`;

/** Replicas that share a database, maybe a Redis, and a model that says another thing each time that it is asked. */
export class NarrativesFleet {
  readonly apps: TestApp[] = [];
  private gate: Promise<void> = Promise.resolve();
  /** How often a tier did not answer any of them. */
  private failures = 0;

  private constructor(
    readonly upstream: LlmUpstream,
    /** Of every replica. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(
    replicas: number,
    env: Readonly<Record<string, string>> = {},
    options: Omit<TestAppOptions, 'env' | 'beside'> = {},
  ): Promise<NarrativesFleet> {
    const counts = new Map<string, number>();
    const answer = async ({ messages }: LlmUpstreamCall) => {
      const mark = /Star ([\w-]+)/.exec(messages.map(({ content }) => content).join('\n'))?.[1] ?? 'nobody';
      const generation = (counts.get(mark) ?? 0) + 1;
      counts.set(mark, generation);
      await fleet.gate;
      return JSON.stringify({ summary: saidOf(mark, generation), bullets: [`of ${mark}`] });
    };
    const upstream = await LlmUpstream.start({ answer });
    const fleet = new NarrativesFleet(upstream, { LLM_BASE_URL: upstream.url, LLM_API_KEY: 'a-key', ...env });
    for (let replica = 0; replica < replicas; replica++) {
      const [beside] = fleet.apps;
      const app = await TestApp.start({ env: fleet.env, ...options, ...(beside && { beside }) });
      app.app.get(EventBus).subscribe(({ type }) => void (type === 'tier-failed' && fleet.failures++));
      fleet.apps.push(app);
    }
    return fleet;
  }

  /** Calls of models that come from now on are answered once `release` is called. */
  hold(): void {
    this.gate = new Promise((resolve) => (this.release = resolve));
  }

  release: () => void = () => undefined;

  ask(app: TestApp, mark: string, query = '', headers = {}): Promise<Answer<NarrativeBody>> {
    const path = `${narrativesPath}${query}`;
    return app.ask<NarrativeBody>(path, { method: 'POST', body: profileOf(mark), headers });
  }

  /** Asks so often at once, the replicas in turn. */
  crowd(count: number, mark: string): Promise<Answer<NarrativeBody>[]> {
    const { apps } = this;
    return Promise.all(Array.from({ length: count }, (_, n) => this.ask(apps[n % apps.length]!, mark)));
  }

  /** The calls that were made for a mark. */
  callsOf(mark: string): LlmUpstreamCall[] {
    const told = new RegExp(`Star ${mark}(?![\\w-])`);
    return this.upstream.calls.filter(({ messages }) => messages.some(({ content }) => told.test(content)));
  }

  /** As an operator does it: every narrative is stale from now on, in every replica. */
  async invalidate(): Promise<void> {
    const [first] = this.apps;
    const { status, body } = await first!.ask<{ version: string }>('/admin/cache/narratives/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { prefix: 'narr:' },
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
    const version = Number(body.version.slice(body.version.lastIndexOf(':') + 1));
    await Promise.all(
      this.apps.map(({ app }) => app.get(CoherenceService).whenApplied('cache', version, 15_000)),
    );
  }

  /**
   * Tries with another mark where Redis did not answer in time, as on a busy machine: what is shared then is not what is
   * being proved.
   */
  async undisturbed(name: string, work: (mark: string) => Promise<void>): Promise<void> {
    for (let round = 1; ; round++) {
      const before = this.failures;
      try {
        return await work(`${name}-${round}`);
      } catch (error) {
        this.release();
        if (this.failures === before || round === 5) throw error;
      }
    }
  }

  async dispose(): Promise<void> {
    this.release();
    for (const app of this.apps.toReversed()) await app.dispose();
    await this.upstream.close();
  }
}
