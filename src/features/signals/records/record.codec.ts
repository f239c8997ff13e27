import type { ValueCodec } from '../../../core/index.js';
import type { SignalType } from '../types/signal-type.js';
import { limitOf } from './limit-of.js';
import { parseMoment } from './parse-moment.js';
import type { SignalRecord } from './signal-record.js';

/** What tiers hold of a type. What another version of its schema wrote is not read, nor what its schema refuses. */
export function recordCodec(type: SignalType): ValueCodec<SignalRecord> {
  return {
    schema: type.schemaVersion,
    encode: (record) => record,
    decode: (json, schema) => {
      if (schema !== type.schemaVersion || !isRecord(json) || json.schema_version !== schema)
        throw new TypeError('It was written for another schema');
      const observedAt = parseMoment(json.observed_at);
      if (observedAt === null || type.check(json.value).length > 0)
        throw new TypeError('It is no value of its type');
      const limitMs = limitOf(type, json.value, observedAt);
      // What was written under a longer limit has the one of now.
      return json.ttl_ms <= limitMs ? json : { ...json, ttl_ms: limitMs };
    },
  };
}

function isRecord(json: unknown): json is SignalRecord {
  if (typeof json !== 'object' || json === null || !('value' in json)) return false;
  const { observed_at: observedAt, ttl_ms: ttlMs } = json as Partial<SignalRecord>;
  return typeof observedAt === 'string' && typeof ttlMs === 'number' && ttlMs > 0;
}
