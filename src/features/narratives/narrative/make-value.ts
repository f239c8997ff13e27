import type { JsonObject } from './json.js';
import { narrativeVersion } from './narrative-key.js';
import type { Narrative, NarrativeValue } from './narrative.js';

export interface ValueParts {
  readonly engine: string;
  readonly promptSha256: string;
  readonly profileSha256: string;
  readonly profile: JsonObject;
  readonly narrative: Narrative;
  readonly costUsd: number | null;
  /** Of the first making; `null`: this is it. ISO 8601. */
  readonly createdAt: string | null;
  /** Unix milliseconds. */
  readonly madeAt: number;
  readonly maxAgeMs: number;
  readonly ttlMs: number;
  /** Bytes of its JSON from which a value is stored compressed. */
  readonly compressFromBytes: number;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Pure: a narrative as it is kept (NA-3). */
export function makeValue(parts: ValueParts): NarrativeValue {
  const { profile, narrative, madeAt, maxAgeMs, ttlMs } = parts;
  const refreshedAt = new Date(madeAt).toISOString();
  const value = (compression: NarrativeValue['meta']['compression']): NarrativeValue => ({
    version: narrativeVersion,
    engine: parts.engine,
    prompt_hash: parts.promptSha256,
    profile_hash: parts.profileSha256,
    profile,
    narrative,
    meta: {
      created_at: parts.createdAt ?? refreshedAt,
      refreshed_at: refreshedAt,
      stale_after: new Date(madeAt + maxAgeMs).toISOString(),
      ttl_seconds: Math.floor(ttlMs / 1_000),
      size_bytes: bytesOf({ narrative, profile }),
      compression,
      cost_usd: parts.costUsd,
    },
  });
  const plain = value('none');
  // Both words have as many letters: what says how it is stored does not change how it is.
  return bytesOf(plain) >= parts.compressFromBytes ? value('gzip') : plain;
}
