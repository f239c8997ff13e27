import type { JsonObject } from './json.js';

/** What a reader gets. */
export interface Narrative {
  readonly summary: string;
  readonly bullets: readonly string[];
}

/**
 * A narrative as it is kept (NA-3). `prompt_hash` and `profile_hash` are whole SHA-256 in hex: the key holds a part of
 * one and a shorter hash of the other, so who reads compares them.
 */
export interface NarrativeValue {
  /** Of this form. */
  readonly version: number;
  readonly engine: string;
  readonly prompt_hash: string;
  readonly profile_hash: string;
  /** Normalised: a refresh is made from it. */
  readonly profile: JsonObject;
  readonly narrative: Narrative;
  readonly meta: {
    /** ISO 8601; a refresh keeps the first and moves the others. */
    readonly created_at: string;
    readonly refreshed_at: string;
    readonly stale_after: string;
    readonly ttl_seconds: number;
    /** Of the narrative and the profile in JSON, before compression. */
    readonly size_bytes: number;
    readonly compression: 'gzip' | 'none';
    /** What making it cost; `null` where the upstream did not say. What a hit saves. */
    readonly cost_usd: number | null;
  };
}
