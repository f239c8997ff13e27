import type { Signal } from '../reading/signal.js';
import type { SignalWire } from './signals.answers.js';

/** What is told of a signal; results need not have their fields as own ones. */
export function toWire(signal: Signal): SignalWire {
  const { type, id, value, schemaVersion, observedAt, ageMs, limitMs, leftMs, validUntil, source } = signal;
  return { type, id, value, schemaVersion, observedAt, ageMs, limitMs, leftMs, validUntil, source };
}
