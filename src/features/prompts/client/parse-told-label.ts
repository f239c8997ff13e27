import type { Reason } from '../../../core/index.js';
import { promptDataAnswer } from '../prompt/prompt-wire.js';
import type { ToldLabel } from './held-prompt.js';

const reasonSchema = promptDataAnswer.shape.meta.shape.reason;

/** What a 304 says of itself, in its headers (RFC 9211); `null` where it says nothing that can be read. */
export function parseToldLabel(headers: Headers): ToldLabel | null {
  const age = headers.get('age') ?? '';
  const detail = /;\s*detail=([a-z-]+)/.exec(headers.get('cache-status') ?? '')?.[1];
  const reason = reasonSchema.safeParse(detail).data;
  if (reason === undefined || !/^\d{1,10}$/.test(age)) return null;
  return { isStale: isStaleFor(reason), reason, ageMs: Number(age) * 1_000 };
}

const isStaleFor = (reason: Reason): boolean => reason !== 'fresh' && reason !== 'unconfirmed';
