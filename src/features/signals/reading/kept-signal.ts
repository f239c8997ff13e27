import type { Clock, Source } from '../../../core/index.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { Signal } from './signal.js';

/** A signal, and until when it is one on the clock's timeline. Its value is frozen. */
export class KeptSignal<T = unknown> implements Signal<T> {
  constructor(
    readonly type: string,
    readonly id: string,
    private readonly record: SignalRecord,
    readonly ageMs: number,
    readonly limitMs: number,
    /** On the clock's timeline; from this moment on it is expired. */
    readonly validUntilAt: number,
    readonly source: Source,
    private readonly clock: Pick<Clock, 'now' | 'wall'>,
  ) {}

  get value(): T {
    return this.record.value as T;
  }
  get schemaVersion(): number {
    return this.record.schema_version;
  }
  get observedAt(): string {
    return this.record.observed_at;
  }
  get leftMs(): number {
    return this.limitMs - this.ageMs;
  }
  get validUntil(): string {
    return isoOf(this.validUntilAt, this.clock);
  }

  isValidAt(now: number): boolean {
    return now < this.validUntilAt;
  }

  /** The same at another moment. */
  at(now: number): KeptSignal<T> {
    const ageMs = now - (this.validUntilAt - this.limitMs);
    const { type, id, record, limitMs, validUntilAt, source, clock } = this;
    return new KeptSignal(type, id, record, ageMs, limitMs, validUntilAt, source, clock);
  }

  toJSON(): Signal<T> {
    const { type, id, value, schemaVersion, observedAt, ageMs, limitMs, leftMs, validUntil, source } = this;
    return { type, id, value, schemaVersion, observedAt, ageMs, limitMs, leftMs, validUntil, source };
  }
}

/** A moment of the clock's timeline as the wall clock would tell it. */
export function isoOf(at: number, clock: Pick<Clock, 'now' | 'wall'>): string {
  return new Date(clock.wall() + (at - clock.now())).toISOString();
}
