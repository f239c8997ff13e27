import type { Clock, ReadResult } from '../../../core/index.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import type { SignalRecord } from '../records/signal-record.js';
import { keyOf } from '../types/key-of.js';
import { KeptSignal } from './kept-signal.js';
import { nameReadError } from './name-read-error.js';
import { SignalMissingError } from './signal-missing.error.js';

/** Reads of single signals: what the reader gives is a value only while its age is below its limit (SI-4). */
export class SignalReads {
  constructor(private readonly clock: Clock) {}

  /**
   * What is at hand and inside its limit; `null` where somebody has to wait, or nothing is there. It waits for nothing:
   * an id that is none was never kept.
   */
  atHand(namespace: SignalNamespace, id: string, maxAgeMs: number): KeptSignal | null {
    const { type, reader, counters, reads } = namespace;
    const key = type.key.prefix + id;
    const entry = reader.cache.entry(key);
    if (entry === undefined || entry.absent) return null;
    const read = reader.peek(key);
    if (read === null || read.isStale) return null;
    const limitMs = Math.min(entry.value.ttl_ms, type.ttlMs, maxAgeMs);
    if (!(read.age < limitMs)) return null;
    counters.hits++;
    const { confirmedAt } = entry;
    reads?.note(key, confirmedAt + read.age, read.age, Math.min(entry.value.ttl_ms, type.ttlMs));
    return new KeptSignal(
      type.name,
      id,
      entry.value,
      read.age,
      limitMs,
      confirmedAt + limitMs,
      'memory',
      this.clock,
    );
  }

  /**
   * What another tier or the source gives.
   * @throws SignalIdInvalidError, SignalMissingError, SignalExpiredError, SignalSourceError
   */
  async beyond(namespace: SignalNamespace, id: string, maxAgeMs: number): Promise<KeptSignal> {
    const { type, reader, counters } = namespace;
    const key = keyOf(type.key, type.name, id);
    const askedAt = this.clock.now();
    let signal: KeptSignal | null = null;
    let isKept = true;
    let error: unknown;
    try {
      const read = await this.ask(namespace, key, maxAgeMs);
      if (read === null || read.absent) {
        counters.missing++;
        throw new SignalMissingError(type.name, id);
      }
      signal = this.signalOf(namespace, id, read, maxAgeMs, askedAt);
      isKept = !read.isStale;
    } catch (caught) {
      if (caught instanceof SignalMissingError) throw caught;
      error = caught;
    }
    if (signal !== null && isKept && signal.ageMs < signal.limitMs) {
      if (signal.source === 'memory') counters.hits++;
      else if (signal.source === 'origin') counters.loaded++;
      else counters.found++;
      namespace.reads?.note(key, this.clock.now(), signal.ageMs, signal.limitMs);
      return signal;
    }
    const held = signal ?? this.heldOf(namespace, id, key, maxAgeMs);
    const named = nameReadError({ type: type.name, id, held, error: error ?? reader.lastError(key) });
    if (named.code === 'signal-expired') counters.expired++;
    else counters.failed++;
    throw named;
  }

  /** `null`: nobody has pushed it. */
  private async ask(
    namespace: SignalNamespace,
    key: string,
    maxAgeMs: number,
  ): Promise<ReadResult<SignalRecord> | null> {
    const { type, reader } = namespace;
    if (type.source.kind === 'push') return this.look(namespace, key);
    const held = reader.cache.entry(key);
    const hasValue = held !== undefined && !held.absent;
    const limitMs = Math.min(hasValue ? held.value.ttl_ms : type.ttlMs, type.ttlMs, maxAgeMs);
    const readerMs = hasValue ? held.maxAgeMs : type.ttlMs;
    // A value of exactly that age is too old: the reader takes it for young enough.
    return limitMs >= readerMs ? reader.get(key) : reader.getWithin(key, limitMs - 1);
  }

  /**
   * What was pushed is here, or in a tier since it came to another replica. Nobody is asked for it and no lock is taken;
   * nor is it noted that there is none, which could only be in the way of a push that comes at this moment.
   */
  private async look(
    { reader, mirrors }: SignalNamespace,
    key: string,
  ): Promise<ReadResult<SignalRecord> | null> {
    const before = reader.cache.entry(key);
    const found = await mirrors.find(key);
    const entry = reader.cache.entry(key) ?? found?.entry;
    const read = entry === undefined ? null : reader.cache.describe(entry);
    const isFound = found !== null && found.entry === entry && entry !== before;
    return read !== null && isFound ? read.because(read.reason, found.source) : read;
  }

  /** Counted from the entry where it is still there: the label tells an age of a moment that is over. */
  private signalOf(
    { type, reader }: SignalNamespace,
    id: string,
    read: ReadResult<SignalRecord>,
    maxAgeMs: number,
    askedAt: number,
  ): KeptSignal {
    const entry = reader.cache.entry(type.key.prefix + id);
    const isHeld = entry !== undefined && entry.value === read.data;
    const confirmedAt = isHeld ? entry.confirmedAt : askedAt - read.age;
    const limitMs = Math.min(read.data.ttl_ms, type.ttlMs, maxAgeMs);
    const ageMs = Math.max(read.age, this.clock.now() - confirmedAt);
    return new KeptSignal(
      type.name,
      id,
      read.data,
      ageMs,
      limitMs,
      confirmedAt + limitMs,
      read.source,
      this.clock,
    );
  }

  private heldOf(namespace: SignalNamespace, id: string, key: string, maxAgeMs: number): KeptSignal | null {
    const read = namespace.reader.describe(key);
    return read === null || read.absent
      ? null
      : this.signalOf(namespace, id, read, maxAgeMs, this.clock.now());
  }
}
