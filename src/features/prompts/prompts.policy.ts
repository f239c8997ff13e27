import type { Policy } from '../../core/index.js';

/** The stream that templates and settings are counted in. */
export const promptsStream = 'prompts';
export const promptTemplatesNamespace = 'prompt-templates';
/** Personal: never on disk. */
export const promptSettingsNamespace = 'prompt-settings';
/** Placeholders, their values and profiles, all under one key. */
export const promptLibraryNamespace = 'prompt-library';

/** Injects the `PromptSource` of this process: the database and its caches. */
export const PROMPT_SOURCE = Symbol('PROMPT_SOURCE');

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * A template brings its own maxAge, `cache_ttl`. Whether what is stale may be used is the template's word, which is
 * asked at the read: here it is kept for a day.
 */
export const promptsPolicy: Policy = Object.freeze({
  maxAgeMs: hourMs,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: dayMs,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0.1,
  invalidatedMaxStaleMs: dayMs,
});
