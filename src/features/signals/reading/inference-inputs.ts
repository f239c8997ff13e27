import type { Clock } from '../../../core/index.js';
import { isoOf, type KeptSignal } from './kept-signal.js';
import type { InferenceRecord, Signal } from './signal.js';
import { SignalsExpiredError } from './signals-expired.error.js';
import type { SignalOffence } from './signals-not-ready.error.js';

export interface InferenceInputsOptions {
  readonly clock: Clock;
  /** On the clock's timeline; each signal is inside its limit at this moment. */
  readonly at: number;
  readonly signals: readonly KeptSignal[];
  /** Called with the type of each signal that was past its limit when somebody wanted to use it. */
  readonly tellExpired: (type: string) => void;
}

/** The signals of one inference: each was inside its limit at one instant. They rot: `assertFresh` before each use. */
export class InferenceInputs {
  /** The one instant; ISO 8601. */
  readonly at: string;
  readonly signals: readonly Signal[];
  /** The first moment at which one of them is past its limit; ISO 8601. */
  readonly validUntil: string;
  private readonly validUntilAt: number;
  private readonly kept: readonly KeptSignal[];

  constructor(private readonly options: InferenceInputsOptions) {
    const { clock, at, signals } = options;
    this.kept = signals.map((signal) => signal.at(at));
    this.signals = Object.freeze([...this.kept]);
    this.validUntilAt = Math.min(...signals.map(({ validUntilAt }) => validUntilAt));
    this.at = isoOf(at, clock);
    this.validUntil = isoOf(this.validUntilAt, clock);
  }

  /**
   * The value of one of them, which must still be inside its limit.
   * @throws SignalsExpiredError; RangeError for what was not required
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as with `get<T>`: its schema tells, which is configuration
  value<T>(type: string, id: string): T {
    const signal = this.kept.find((each) => each.type === type && each.id === id);
    if (signal === undefined) throw new RangeError(`The signal ${type} "${id}" was not required`);
    this.assert([signal]);
    return signal.value as T;
  }

  /**
   * To be called right before the values are used.
   * @throws SignalsExpiredError that names each one that is past its limit by now
   */
  assertFresh(): void {
    if (this.options.clock.now() >= this.validUntilAt) this.assert(this.kept);
  }

  /** For the record of the inference. */
  record(): InferenceRecord {
    const { at, validUntil, kept } = this;
    const signals = kept.map(({ type, id, observedAt, ageMs, limitMs }) => ({
      type,
      id,
      observedAt,
      ageMs,
      limitMs,
    }));
    return { at, validUntil, signals };
  }

  toJSON(): Pick<InferenceInputs, 'at' | 'validUntil' | 'signals'> {
    const { at, validUntil, signals } = this;
    return { at, validUntil, signals };
  }

  private assert(signals: readonly KeptSignal[]): void {
    const now = this.options.clock.now();
    const expired = signals.filter((signal) => !signal.isValidAt(now));
    if (expired.length === 0) return;
    for (const { type } of expired) this.options.tellExpired(type);
    throw new SignalsExpiredError(expired.map((signal) => expiredOffence(signal.at(now))));
  }
}

export function expiredOffence({ type, id, ageMs, limitMs }: KeptSignal): SignalOffence {
  return { type, id, code: 'signal-expired', ageMs, limitMs };
}
