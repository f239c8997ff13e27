import type { Clock } from '../clock.js';
import { reloadAfterMs } from '../coherence/reload-after.js';
import { Stream } from '../coherence/stream.js';
import { band } from '../policy/band.js';
import type { ResolvedPolicy } from '../policy/policy.js';
import { cacheScopes } from './cache-scopes.js';
import type { Entry } from './entry.js';
import { noEpoch } from './no-epoch.js';
import { ReadResult, type Reason, type Standing } from './read-result.js';

/** A counter-confirmed value older than this has missed several polls: its answers say `unconfirmed`. */
const unconfirmedAfterMs = 5_000;

const standing = (reason: Reason, absent: boolean): Standing =>
  Object.freeze({ isStale: false, source: 'memory', reason, band: 'fresh', absent });
const fresh = standing('fresh', false);
const unconfirmed = standing('unconfirmed', false);
const freshAbsence = standing('fresh', true);
const unconfirmedAbsence = standing('unconfirmed', true);

const noStream = new Stream('none');

export interface JudgeOptions {
  readonly clock: Clock;
  readonly policy: ResolvedPolicy;
  readonly stream?: Stream;
  readonly confirmedBy?: 'counter' | 'load';
  readonly namespace?: string;
  /** Its values are replaced and never purged. */
  readonly pinned?: boolean;
}

/** Says how far an entry may be trusted at this moment: what proves it, how old it is, in which band it is. */
export class EntryJudge {
  policy: ResolvedPolicy;
  readonly stream: Stream;
  readonly unconfirmedAfterMs: number;
  /** For how long after its own load the counter alone confirms a value; 0 where it never does. */
  readonly counterConfirmsForMs: number;
  private readonly clock: Clock;
  private readonly namespace: string | null;
  private readonly isPinned: boolean;

  constructor({ clock, policy, stream, confirmedBy, namespace, pinned }: JudgeOptions) {
    this.policy = policy;
    this.clock = clock;
    this.stream = stream ?? noStream;
    const isCounted = stream !== undefined && confirmedBy !== 'load';
    this.unconfirmedAfterMs = isCounted ? unconfirmedAfterMs : Number.POSITIVE_INFINITY;
    this.counterConfirmsForMs = isCounted ? reloadAfterMs : 0;
    this.namespace = namespace ?? null;
    this.isPinned = pinned ?? false;
  }

  get hasStream(): boolean {
    return this.stream !== noStream;
  }

  /** The label of a proven, confirmed value of this age. */
  fresh<T>(entry: Entry<T>, age: number): ReadResult<T> {
    return new ReadResult(entry.value, age, entry.asOf, fresh);
  }

  /** The label an entry has at this moment; `null` for an absence that is no longer fresh, and for what was purged. */
  describe<T>(entry: Entry<T>): ReadResult<T> | null {
    const now = this.clock.now();
    if (entry.generation !== this.stream.generation && !this.prove(entry)) {
      if (this.isPurged(entry)) return null;
      return this.describeStale(entry, now, now - entry.confirmedAt);
    }
    const age = now - this.confirmedAt(entry);
    if (age >= entry.maxAgeMs) return this.describeStale(entry, now, age);
    const isConfirmed = age < this.unconfirmedAfterMs;
    const value = isConfirmed ? fresh : unconfirmed;
    const absence = isConfirmed ? freshAbsence : unconfirmedAbsence;
    return new ReadResult(entry.value, age, entry.asOf, entry.absent ? absence : value);
  }

  /**
   * When the origin last said that a proven entry is current: its own load, or the stream's counter (CO-7). Of a value
   * that is ahead of the polls they said nothing: what it was read from may be lost by now.
   */
  confirmedAt({ asOf, confirmedAt }: Entry<unknown>): number {
    if (asOf === null || asOf.version > this.stream.appliedVersion) return confirmedAt;
    return this.confirmedBy(confirmedAt, this.stream.confirmedThrough);
  }

  /** Notes what the stream proves of an entry, and when it was superseded where it proves nothing. */
  prove(entry: Entry<unknown>): boolean {
    const { stream } = this;
    if (this.isCurrent(entry)) {
      entry.isPromoted = false;
      entry.isShown ||= entry.asOf === null || entry.asOf.version <= stream.appliedVersion;
      entry.generation = stream.generation;
      entry.supersededAt = null;
      return true;
    }
    if (entry.supersededAt === null) {
      const seen = entry.asOf && stream.supersession(entry.asOf, this.scopesOf(entry));
      entry.supersededAt = seen?.at ?? entry.confirmedAt;
      if (seen) entry.confirmedAt = this.confirmedBy(entry.confirmedAt, seen.confirmedBefore);
    }
    return false;
  }

  /** Nothing that is known here speaks against it, and what proves it is known; its age does not matter. */
  isCurrent(entry: Entry<unknown>): boolean {
    return entry.revokedAt === null && this.stands(entry);
  }

  /** The version of its epoch before which what was read of these scopes is not current any more. */
  currentFrom(entry: Entry<unknown>): number {
    const { epoch, watermarks, floor } = this.stream.state;
    if (entry.asOf === null || entry.asOf.epoch !== epoch) return 0;
    return this.scopesOf(entry).reduce(
      (from, scope) => Math.max(from, watermarks.get(scope)?.changed ?? floor),
      0,
    );
  }

  /** It was purged after it was read: it is not kept, and nobody may be given it (CO-13). */
  isPurged(entry: Entry<unknown>): boolean {
    const { asOf, isPromoted, isShown } = entry;
    const { stream } = this;
    if (asOf === null || this.isPinned || !(isPromoted || stream.hasPurges)) return false;
    return stream.isPurged({ asOf, isPromoted, isShown }, this.scopesOf(entry));
  }

  /** It was read while no history was known: no other process believes it. */
  isBeforeHistory({ asOf }: Entry<unknown>): boolean {
    return asOf?.epoch === noEpoch;
  }

  /** It was read at a point of the present history that the polls have not reached. */
  isAhead({ asOf }: Entry<unknown>): boolean {
    const { epoch, applied } = this.stream.state;
    return asOf !== null && asOf.epoch === epoch && asOf.version > applied.version;
  }

  /** Something that is known here speaks against it; not merely that no history is known to prove it by. */
  isRefuted({ generation, revokedAt }: Entry<unknown>): boolean {
    if (revokedAt !== null) return true;
    return generation !== this.stream.generation && this.stream.state.epoch !== null;
  }

  /** What the counter adds to the word of a load, where its word counts and for as long as it does. */
  private confirmedBy(load: number, counter: number): number {
    return Math.max(load, Math.min(counter, load + this.counterConfirmsForMs));
  }

  private stands(entry: Entry<unknown>): boolean {
    const { asOf, scopes, isPromoted } = entry;
    const { stream } = this;
    if (!this.hasStream) return true;
    if (isPromoted && (asOf === null || !stream.isInLog(asOf))) return false;
    if (asOf === null) return true;
    if (this.standsWithoutHistory(entry)) return true;
    if (!stream.isProvenCurrent(asOf, scopes)) return false;
    return this.namespace === null || stream.isProvenCurrent(asOf, cacheScopes(this.namespace, entry.key));
  }

  /**
   * This process read it itself, while no history was known, and nothing but its age can speak against it: where nothing
   * stale is ever served, it would have to be loaded at every read. It stands until there is a history.
   */
  private standsWithoutHistory(entry: Entry<unknown>): boolean {
    if (entry.isPromoted || this.counterConfirmsForMs > 0 || this.policy.staleMs > 0) return false;
    return entry.asOf?.epoch === noEpoch && this.stream.state.epoch === null;
  }

  private scopesOf({ scopes, key }: Entry<unknown>): readonly string[] {
    return this.namespace === null ? scopes : [...scopes, ...cacheScopes(this.namespace, key)];
  }

  private describeStale<T>(entry: Entry<T>, now: number, age: number): ReadResult<T> | null {
    if (entry.absent) return null;
    const supersededFor = entry.supersededAt === null ? -1 : now - entry.supersededAt;
    const superseded = supersededFor >= 0;
    const staleFor = superseded ? Math.max(age - entry.maxAgeMs, supersededFor) : age - entry.maxAgeMs;
    const where =
      supersededFor >= this.policy.invalidatedMaxStaleMs ? 'expired' : band(staleFor, this.policy, 0);
    const reason = this.staleReason(entry, superseded);
    const stale: Standing = { isStale: true, source: 'memory', reason, band: where, absent: false };
    return new ReadResult(entry.value, age, entry.asOf, stale);
  }

  private staleReason({ revokedAt }: Entry<unknown>, superseded: boolean): Reason {
    if (!this.stream.isReachable) return 'origin-failed';
    if (!superseded) return 'revalidating';
    return revokedAt === null && this.stream.isCold ? 'cold-start' : 'invalidated';
  }
}
