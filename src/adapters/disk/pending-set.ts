import { crc32 } from 'node:zlib';
import type { StoredEntry } from '../../core/tiers/stored-entry.js';
import { supersedes } from '../../core/tiers/supersedes.js';
import type { SetOutcome } from '../../core/tiers/tier.js';
import { Deferred } from './deferred.js';
import type { EntryRow } from './entry-statements.js';
import { sealFacts, type RowFacts } from './row-facts.js';

/** One write on its way to the file. */
export class PendingSet {
  private readonly settled = new Deferred<SetOutcome>();
  /** What it was written for has been deleted since: it must not reach the file any more. */
  isDiscarded = false;
  /** Empty until it is encoded. */
  envelope: Buffer = Buffer.alloc(0);

  constructor(
    readonly namespace: string,
    readonly key: string,
    readonly entry: StoredEntry,
    readonly moments: { readonly storedAt: number; readonly expiresAt: number | null },
    /** The last known good: it stays queued when a write fails, until the file takes it. */
    readonly pinned: boolean,
    /** As in `SetOptions`. */
    readonly currentFrom: number | null = null,
  ) {}

  get outcome(): Promise<SetOutcome> {
    return this.settled.promise;
  }

  get bytes(): number {
    return this.envelope.length;
  }

  get facts(): RowFacts {
    const { namespace, key, pinned, envelope } = this;
    const { absent, asOf, confirmedAt, storedAt, left } = this.entry;
    const { expiresAt } = this.moments;
    const ordered = { absent, asOf, confirmedAt, storedAt, left };
    return { namespace, key, ...ordered, expiresAt, pinned, envelopeCrc: crc32(envelope) };
  }

  get row(): EntryRow {
    const { namespace, key, pinned, envelope, moments } = this;
    const facts = sealFacts(this.facts);
    return { namespace, key, ...moments, lastAccess: moments.storedAt, pinned, facts, envelope };
  }

  /**
   * Whether of this write and a later one to the same key, both still queued, only the later one need be written,
   * whatever the file holds (`later`), or only this one (`earlier`), or both have to be tried in their order (`both`).
   */
  against(later: PendingSet): 'earlier' | 'later' | 'both' {
    const isComparable = this.entry.asOf?.epoch === later.entry.asOf?.epoch;
    if (!isComparable || !this.isAskedAs(later)) return 'both';
    if (supersedes(later.entry, this.entry, later.currentFrom))
      return later.entry.confirmedAt >= this.entry.confirmedAt ? 'later' : 'both';
    return later.entry.confirmedAt <= this.entry.confirmedAt && !later.pinned ? 'earlier' : 'both';
  }

  /** By version; or by observation where the same is current for both, and both are; and are observations. */
  private isAskedAs(later: PendingSet): boolean {
    const { currentFrom } = this;
    if (currentFrom !== later.currentFrom) return false;
    if (currentFrom !== null && (this.entry.absent || later.entry.absent)) return false;
    return [this, later].every(({ entry }) => (entry.asOf?.version ?? 0) >= (currentFrom ?? 0));
  }

  settle(outcome: SetOutcome): void {
    this.settled.resolve(outcome);
  }

  fail(error: unknown): void {
    this.settled.reject(error);
  }
}
