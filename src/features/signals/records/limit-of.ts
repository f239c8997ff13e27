import type { SignalType } from '../types/signal-type.js';
import { parseMoment } from './parse-moment.js';
import { readPointer } from './read-pointer.js';

/**
 * Pure: for how long after its observation a value may be read (ms): until the first moment at which its age reaches
 * the limit of that moment. So what was observed before an event begins does not outlive the limit that holds in play.
 * Where the value does not tell when its event starts, the type's own limit holds.
 */
export function limitOf(
  { ttlMs, ttlByStart }: Pick<SignalType, 'ttlMs' | 'ttlByStart'>,
  value: unknown,
  observedAt: number,
): number {
  if (ttlByStart === null) return ttlMs;
  const startsAt = parseMoment(readPointer(value, ttlByStart.startsAt));
  if (startsAt === null) return ttlMs;
  let limitMs = ttlMs;
  // They fall, so that each one can only bring the end nearer.
  for (const step of ttlByStart.steps) {
    const beginsAfterMs = startsAt - step.beforeMs - observedAt;
    limitMs = Math.min(limitMs, Math.max(step.ttlMs, beginsAfterMs));
  }
  return limitMs;
}
