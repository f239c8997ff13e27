import { encodeEnvelope } from '../../../core/index.js';
import type { NarrativeValue } from './narrative.js';

/** The largest of what is stored beside a value: it is told before it is known. */
const anyUuid = '00000000-0000-4000-8000-000000000000';
const head = {
  absent: false,
  message: null,
  asOf: { epoch: anyUuid, version: Number.MAX_SAFE_INTEGER, changeId: anyUuid },
  scopes: [],
  confirmedAt: Number.MAX_SAFE_INTEGER,
  storedAt: Number.MAX_SAFE_INTEGER,
  maxAgeMs: null,
  schema: 1,
  left: [],
};

/** How many bytes a tier stores of a value, at most and within a few. */
export async function storedBytes(value: NarrativeValue, compressFromBytes: number): Promise<number> {
  return (await encodeEnvelope({ ...head, value }, compressFromBytes)).length;
}
