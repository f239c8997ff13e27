import type { Clock } from '../../../core/index.js';
import type { AnswerFacts } from '../../../platform/sources/index.js';
import { makeRecord } from '../records/make-record.js';
import { observationOf } from '../records/observation-of.js';
import { readPointer } from '../records/read-pointer.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SignalType } from '../types/signal-type.js';

/** Whoever asked has to be able to use the answer, also one that says it stands for no moment (ADR 0023). */
const leastUseMs = 1_000;

/**
 * The record of a value that a source has answered with, or confirmed by a 304. A value that tells when it was observed
 * is as old as it says, whatever the answer says of itself.
 * @returns a text where the value does not tell what it should
 */
export function recordOfAnswer(
  type: SignalType,
  value: unknown,
  facts: AnswerFacts,
  clock: Clock,
): SignalRecord | string {
  const wall = clock.wall();
  const http = usableOnArrival(facts, wall);
  if (type.observedAt === null)
    return makeRecord(type, value, { observedAt: Math.min(facts.observedAt, wall), http });
  const observation = observationOf(readPointer(value, type.observedAt), wall);
  if (observation.fault !== null) return `${type.observedAt} ${observation.message}`;
  return makeRecord(type, value, { observedAt: observation.observedAt, http });
}

/** Nothing of this reaches past the limit of the type, which counts from the observation. */
function usableOnArrival(facts: AnswerFacts, wall: number): AnswerFacts {
  const leastMs = wall - facts.observedAt + leastUseMs;
  if (facts.freshForMs === null || facts.freshForMs >= leastMs) return facts;
  return { ...facts, freshForMs: leastMs };
}
