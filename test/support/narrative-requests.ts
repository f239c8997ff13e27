import type { Clock } from '../../src/core/index.js';
import { NarrativeAnalytics } from '../../src/features/narratives/analytics/narrative-analytics.service.js';
import type {
  NarrativeOutcome,
  NarrativeRequest,
} from '../../src/features/narratives/analytics/narrative-request.js';
import type { NarrativeValue } from '../../src/features/narratives/narrative/narrative.js';
import { narrativesNamespace } from '../../src/features/narratives/narratives.policy.js';
import { NamespaceRegistry } from '../../src/platform/cache/index.js';
import { CLOCK } from '../../src/platform/clock/clock.module.js';
import { pollUntil } from './poll-until.js';
import type { TestApp } from './test-app.js';

/** A key of the form that narratives have. */
export const narrativeKeyOf = (name: string): string => `narr:v1:1.0.0:0123456789:${name}`;

export interface AskedFor {
  readonly key?: string;
  readonly userId?: string | null;
  readonly outcome?: NarrativeOutcome;
  /** How long ago (ms). */
  readonly agoMs?: number;
  readonly over?: Partial<NarrativeRequest>;
}

/** A request as a process tells it to its analytics. */
export function requestOf(
  app: TestApp,
  { key = 'a', userId = null, outcome = 'fresh', agoMs = 0, over = {} }: AskedFor = {},
): NarrativeRequest {
  return {
    askedAt: app.app.get<Clock>(CLOCK).now() - agoMs,
    userId,
    key: narrativeKeyOf(key),
    outcome,
    durationMs: 5,
    systems: ['Sirius'],
    tokens: 0,
    costUsd: 0,
    savedUsd: null,
    ...over,
  };
}

/** Requests that a process tells of, and has written. */
export async function recorded(app: TestApp, ...asked: readonly AskedFor[]): Promise<void> {
  const analytics = app.app.get(NarrativeAnalytics);
  for (const each of asked) analytics.record(requestOf(app, each));
  await pollUntil(async () => {
    await analytics.flush();
    return analytics.waiting === 0;
  }, 'the requests are written');
}

/** Keeps a narrative under each key in memory and in Redis, as if it had just been made. */
export async function keepNarratives(app: TestApp, ...names: readonly string[]): Promise<void> {
  const { cache, mirrors } = app.app.get(NamespaceRegistry).get(narrativesNamespace);
  for (const name of names) {
    const asOf = cache.asOfNow();
    await mirrors.mirror(cache.set(narrativeKeyOf(name), valueOf(name), asOf === undefined ? {} : { asOf }));
  }
}

/** Those of the keys under which this process has a narrative in memory. */
export function keptNarratives(app: TestApp, ...names: readonly string[]): string[] {
  const { cache } = app.app.get(NamespaceRegistry).get(narrativesNamespace);
  return names.filter((name) => cache.peek(narrativeKeyOf(name)) !== null);
}

const moment = '2026-01-01T00:00:00.000Z';

const valueOf = (name: string): NarrativeValue => ({
  version: 1,
  engine: '1.0.0',
  prompt_hash: '0'.repeat(64),
  profile_hash: '0'.repeat(64),
  profile: { name },
  narrative: { summary: `About ${name}`, bullets: [] },
  meta: {
    created_at: moment,
    refreshed_at: moment,
    stale_after: moment,
    ttl_seconds: 2_592_000,
    size_bytes: 100,
    compression: 'none',
    cost_usd: 0.01,
  },
});
