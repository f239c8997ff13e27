import type { AsOf } from '../../../src/core/index.js';
import type { Knowledge } from './knowledge.js';
import { cacheScopesOf, scopesOf, type Place, type Truth } from './truth.js';

interface Purge {
  readonly scope: string;
  /** The moment of the database that it was made at. */
  readonly index: number;
}

/** What one process was told to remove, or to take for stale: it holds its answers against that (CO-13). */
export class Removals {
  private readonly purges = new Map<string, Purge>();
  private latest: NonNullable<Knowledge> | null = null;

  constructor(private readonly truth: Truth) {}

  /** It never learnt anything of the stream. */
  get isCold(): boolean {
    return this.latest === null;
  }

  learn(knowledge: Knowledge): void {
    if (knowledge === null) return;
    this.latest = knowledge;
    const { moment, applied } = knowledge;
    for (const { kind, version, changeId, scope } of moment.log) {
      if (kind !== 'purged' || version > applied || this.purges.has(`${changeId} ${scope}`)) continue;
      this.purges.set(`${changeId} ${scope}`, { scope, index: this.truth.firstOf(changeId) });
    }
  }

  /** It was read before something that purged it, which this process has applied. */
  isPurged(place: Place, asOf: AsOf | null): boolean {
    if (asOf === null || place.namespace === 'config' || this.purges.size === 0) return false;
    const { latest } = this;
    // Of what is ahead of the polls nobody can tell yet that the history does not have it.
    const isAhead =
      latest !== null && asOf.epoch === latest.moment.asOf.epoch && asOf.version > latest.applied;
    if (isAhead) return false;
    const scopes = new Set([...cacheScopesOf(place), ...scopesOf(place.key)]);
    const last = this.truth.lastAt(asOf);
    return [...this.purges.values()].some(({ scope, index }) => last < index && scopes.has(scope));
  }

  /** Its place was invalidated after it was read, which this process has applied. */
  isInvalidated(place: Place, asOf: AsOf | null, knowledge: NonNullable<Knowledge>): boolean {
    const { moment, applied } = knowledge;
    if (asOf === null || asOf.epoch !== moment.asOf.epoch) return false;
    const scopes = cacheScopesOf(place);
    return moment.log.some(
      ({ version, scope }) => version > asOf.version && version <= applied && scopes.includes(scope),
    );
  }
}
