import type { Policy } from '../../core/index.js';
import type { Settings } from '../../platform/config/index.js';

export const narrativesNamespace = 'narratives';
/** The phase whose models write, and the prompt that they are given. */
export const narrativePhase = 'narrative';
export const narrativePrompt = 'narrative';
/** The prompt whose rendered text stands in where no narrative can be made; no model is asked. */
export const fallbackPrompt = 'narrative_fallback';

/** Inject a `Reader<NarrativeValue>`, keyed by `narrativeKey`. */
export const NARRATIVES_READER = Symbol('NARRATIVES_READER');

/**
 * So many are made at one time in a process; others wait for their turn within the same 25 s. A model takes seconds: of
 * a thousand cold profiles, the last one still has its turn (NA-12).
 */
export const narrativesAtOnce = 200;

const minuteMs = 60_000;

/** Costly to make, and safe to serve old: a week fresh, then stale for as long as any tier keeps it. */
export function narrativesPolicy({ cache }: Pick<Settings, 'cache'>): Policy {
  return {
    maxAgeMs: cache.staleAfterMs,
    staleWhileRevalidateMs: cache.maxTtlMs - cache.staleAfterMs,
    staleIfErrorMs: 0,
    softTimeoutMs: 0,
    hardTimeoutMs: 25_000,
    negativeMaxAgeMs: 15 * minuteMs,
    jitter: 0.1,
    invalidatedMaxStaleMs: cache.maxTtlMs,
  };
}
