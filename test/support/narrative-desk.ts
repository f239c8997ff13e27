import type { NamespaceRegistry } from '../../src/platform/cache/index.js';
import { parseConfig } from '../../src/platform/config/index.js';
import { Reader, type LastgoodEvent, type Policy } from '../../src/core/index.js';
import { StaleWhileRevalidateCache } from '../../src/core/cache/stale-while-revalidate-cache.js';
import type { NarrativeRequest } from '../../src/features/narratives/analytics/narrative-request.js';
import { NarrativeReads } from '../../src/features/narratives/asking/narrative-reads.js';
import { NarrativesService } from '../../src/features/narratives/asking/narratives.service.js';
import { NarrativeFallback } from '../../src/features/narratives/making/narrative-fallback.js';
import { NarrativeGenerator } from '../../src/features/narratives/making/narrative-generator.js';
import { NarrativeOrigin } from '../../src/features/narratives/making/narrative.origin.js';
import { NarrativeRecipes } from '../../src/features/narratives/making/narrative-recipes.service.js';
import { NarrativesUnderWay } from '../../src/features/narratives/making/narratives-under-way.js';
import { PaidGenerations } from '../../src/features/narratives/making/paid-generations.js';
import type { Narrative, NarrativeValue } from '../../src/features/narratives/narrative/narrative.js';
import {
  narrativesAtOnce,
  narrativesNamespace,
  narrativesPolicy,
} from '../../src/features/narratives/narratives.policy.js';
import type { ModelConfigService, PhaseCaller, Question } from '../../src/features/model-config/index.js';
import { PromptManager, type PromptSource } from '../../src/features/prompts/index.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

const template = (nodeName: string, body: string) => ({
  nodeName,
  language: 'any',
  label: 'production',
  version: 1,
  system: null as string | null,
  body,
  dynamicPlaceholders: ['profile'],
  cacheTtlMs: 3_600_000,
  allowStale: true,
  localShare: 1,
});

/** By each call of its model. */
export const spent = { inputTokens: 100, outputTokens: 20, costUsd: 0.5 };

/** Narratives over a virtual clock, a model that is told what to do, and a configuration that is set by hand. */
export class NarrativeDesk {
  readonly clock = new VirtualClock();
  readonly events: LastgoodEvent[] = [];
  readonly requests: NarrativeRequest[] = [];
  readonly underWay = new NarrativesUnderWay();
  readonly settings = parseConfig({});
  readonly templates = {
    narrative: template('narrative', '{{ profile | json }}'),
    narrative_fallback: template(
      'narrative_fallback',
      'A text for\n{{ profile.hdData.type }}.\n\n- one\n- two\n',
    ),
  };
  phase = { version: 1, isStale: false, label: { reason: 'fresh' } };
  promptLabel = { isStale: false, reason: 'fresh', source: 'memory', ageMs: 0 };
  /** What the model was asked, in order. */
  readonly asked: Question<Narrative>[] = [];
  /** What it says; may throw, and may wait. */
  model: (question: Question<Narrative>) => Narrative | Promise<Narrative> = () => ({
    summary: `number ${this.asked.length}`,
    bullets: ['calm'],
  });
  /** Runs between what a narrative is made by is looked up, and the prompt is rendered. */
  beforeRendering: () => void = () => undefined;
  readonly cache: StaleWhileRevalidateCache<NarrativeValue>;
  readonly reader: Reader<NarrativeValue>;
  readonly service: NarrativesService;

  constructor(policy: Partial<Policy> = {}) {
    const { clock, underWay, settings } = this;
    const namespace = narrativesNamespace;
    const report = (event: LastgoodEvent) => void this.events.push(event);
    const data = { ...narrativesPolicy(settings), ...policy };
    this.cache = new StaleWhileRevalidateCache<NarrativeValue>({ clock, namespace, policy: data });
    const registry = {
      get: () => ({ cache: this.cache, mirrors: { find: () => Promise.resolve(null) } }),
    } as unknown as NamespaceRegistry;
    const prompts = this.promptSource() as PromptSource;
    const config = { getModelForPhase: () => Promise.resolve(this.phase) } as unknown as ModelConfigService;
    const phases = {
      askRow: async (_phase: string, _row: unknown, _query: unknown, question: Question<Narrative>) => {
        this.asked.push(question);
        return { value: await this.model(question), modelId: 'm', servedModel: 'm', calls: [spent] };
      },
    } as unknown as PhaseCaller;
    const analytics = { record: (request: NarrativeRequest) => void this.requests.push(request) };
    const manager = new PromptManager({ source: prompts, clock });
    const generator = new NarrativeGenerator(this.watched(manager), config, phases);
    const recipes = new NarrativeRecipes(prompts, config, settings);
    const paid = new PaidGenerations(underWay, generator, analytics as never, clock);
    const origin = new NarrativeOrigin(underWay, recipes, paid, registry, settings, clock);
    this.reader = new Reader<NarrativeValue>({
      namespace,
      clock,
      report,
      cache: this.cache,
      origin,
      maxLoadsAtOnce: narrativesAtOnce,
    });
    const reads = new NarrativeReads(this.reader, recipes, underWay, clock);
    const fallback = new NarrativeFallback(manager);
    this.service = new NarrativesService(
      reads,
      this.reader,
      registry,
      recipes,
      fallback,
      analytics as never,
      settings,
      clock,
    );
  }

  /** The model says nothing until what is returned is called, or its call is abandoned. */
  hold(): () => void {
    let speak!: () => void;
    const told = new Promise<void>((resolve) => {
      speak = resolve;
    });
    this.model = async ({ signal }) => {
      await new Promise<void>((resolve, reject) => {
        void told.then(resolve);
        signal!.addEventListener('abort', () => reject(signal!.reason as Error));
      });
      return { summary: 'late', bullets: ['b'] };
    };
    return speak;
  }

  /** The outcomes of all requests so far. */
  get outcomes(): string[] {
    return this.requests.map(({ outcome }) => outcome);
  }

  private watched(manager: PromptManager): PromptManager {
    const render: PromptManager['render'] = (request) => {
      this.beforeRendering();
      return manager.render(request);
    };
    return { render } as PromptManager;
  }

  private promptSource() {
    const find = ({ nodeName }: { nodeName: string }) => ({
      template: this.templates[nodeName as keyof typeof this.templates],
      settings: {},
      mode: 'local',
      ...this.promptLabel,
    });
    const get = (query: { nodeName: string }) => Promise.resolve(find(query));
    return { peek: find, get, getFresh: get } as unknown;
  }
}

export const dayMs = 86_400_000;
