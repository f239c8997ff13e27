import {
  TooStaleError,
  UnavailableError,
  VersionNotReachedError,
  type Point,
  type ReadResult,
} from '../../../src/core/index.js';
import type { Member } from './member.js';
import { policies } from './policies.js';
import { lookMs } from './tier-ports.js';
import type { Place } from './truth.js';

/** Reads on one process, each held against what a reader was promised. */
export class Reads {
  /** That have not settled. */
  open = 0;
  private evictions = 0;

  constructor(private readonly member: Member) {}

  peek(place: Place): void {
    const result = this.readerOf(place).peek(place.key);
    if (result !== null) this.member.answered(place, result, false);
    else if (place.namespace === 'config' && this.isHeld(place))
      this.member.fault('a pinned value has to be waited for');
  }

  /** A value that is held under a policy without a limit is served within the soft timeout, whatever happens (P3). */
  async get(place: Place): Promise<void> {
    const { namespace, key } = place;
    const { softTimeoutMs, hardTimeoutMs, staleIfErrorMs } = policies[namespace];
    const mustServe = staleIfErrorMs === null && this.isHeld(place);
    const { removals } = this;
    const band = this.readerOf(place).describe(key)?.band ?? 'expired';
    const isAwaited = band === 'expired' || (softTimeoutMs > 0 && band === 'if-error');
    const done = isAwaited ? this.awaits(place) : () => undefined;
    const reading = this.readerOf(place).get(key);
    const result = await this.settled(place, reading, mustServe ? softTimeoutMs : hardTimeoutMs + lookMs);
    done();
    if (result !== null) this.member.answered(place, result, true);
    else if (mustServe && removals === this.removals) this.member.fault(`${key}: held, and not served`);
  }

  async getAtLeast(place: Place, wanted: Point): Promise<void> {
    const done = this.awaits(place);
    const { hardTimeoutMs } = policies[place.namespace];
    const reading = this.readerOf(place).getAtLeast(place.key, wanted);
    const result = await this.settled(place, reading, 3 * hardTimeoutMs + lookMs, VersionNotReachedError);
    done();
    if (result === null) return;
    this.member.answered(place, result, true);
    const { asOf } = result;
    if (asOf !== null && asOf.epoch === wanted.epoch && asOf.version < wanted.version)
      this.member.fault(`${place.key}: ${asOf.version} served where ${wanted.version} was asked for`);
  }

  evict(place: Place): void {
    this.evictions++;
    this.member.readers[place.namespace].cache.delete(place.key);
    this.member.judge.forget(place);
  }

  /** A load that begins meanwhile is not one behind a read. */
  private awaits({ namespace, key }: Place): () => void {
    return this.member.watches[namespace].await(key);
  }

  private async settled(
    { namespace, key }: Place,
    reading: Promise<ReadResult<string>>,
    givenMs: number,
    also: typeof VersionNotReachedError | null = null,
  ): Promise<ReadResult<string> | null> {
    this.open++;
    const { clock } = this.member;
    const { removals } = this;
    const { hardTimeoutMs } = policies[namespace];
    const startedAt = clock.awake();
    try {
      return await reading;
    } catch (error) {
      const isTyped =
        error instanceof TooStaleError ||
        (error instanceof UnavailableError && (also !== null || !(error instanceof VersionNotReachedError)));
      if (!isTyped) this.member.fault(`${key}: threw ${String(error)}`);
      return null;
    } finally {
      this.open--;
      const waitedMs = clock.awake() - startedAt;
      // What is evicted or purged meanwhile has to be loaded.
      const withinMs = removals === this.removals ? givenMs : 3 * hardTimeoutMs + lookMs;
      if (waitedMs > withinMs) this.member.fault(`${key}: waited for ${waitedMs} ms`);
    }
  }

  private get removals(): number {
    return this.evictions + this.member.purges;
  }

  private isHeld(place: Place): boolean {
    const held = this.readerOf(place).describe(place.key);
    return held !== null && !held.absent;
  }

  private readerOf({ namespace }: Place) {
    return this.member.readers[namespace];
  }
}
