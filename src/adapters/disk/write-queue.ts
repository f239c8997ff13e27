import type { PendingDelete } from './pending-delete.js';
import type { PendingSet } from './pending-set.js';

export interface QueueLimits {
  readonly maxEntries: number;
  /** Of envelopes. */
  readonly maxBytes: number;
}

/** What one transaction may hold: small enough that no reader, and no later write, waits long for a page. */
const batchEntries = 128;
const batchBytes = 1_048_576;

const identify = ({ namespace, key }: PendingSet): string => `${namespace.length}:${namespace}${key}`;

/** Writes on their way to the file: bounded, one per key as far as that changes nothing, and taken back by deletions. */
export class WriteQueue {
  /** By key, in the order in which keys were first written; those of one key in their order. */
  private readonly chains = new Map<string, PendingSet[]>();
  /** Being encoded, or being committed. */
  private readonly underWay = new Set<PendingSet>();
  private deletes: PendingDelete[] = [];
  private entries = 0;
  private bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  get isEmpty(): boolean {
    return this.entries === 0 && this.deletes.length === 0;
  }

  /** From here on a deletion takes the write back. */
  announce(write: PendingSet): void {
    this.underWay.add(write);
  }

  withdraw(write: PendingSet): void {
    this.underWay.delete(write);
  }

  /** False when there is no room; a pinned write always has some: of those there is one per key, and few keys. */
  add(write: PendingSet): boolean {
    this.underWay.delete(write);
    if (write.isDiscarded) return true;
    const id = identify(write);
    const chain = this.chains.get(id) ?? [];
    const last = chain.at(-1);
    const relation = last?.against(write) ?? 'both';
    if (relation === 'earlier') {
      write.settle('older');
      return true;
    }
    if (last !== undefined && relation === 'later') {
      this.forget(chain, last);
      last.settle('older');
    }
    const isFull = this.entries >= this.limits.maxEntries || this.bytes + write.bytes > this.limits.maxBytes;
    if (isFull && !write.pinned) {
      if (chain.length === 0) this.chains.delete(id);
      return false;
    }
    this.chains.set(id, chain);
    chain.push(write);
    this.count(write, 1);
    return true;
  }

  /**
   * Takes back what the deletion covers, wherever it is on its way, and queues the deletion before those that come. False
   * when there is no room for it.
   */
  addDelete(deletion: PendingDelete): boolean {
    for (const write of this.underWay) if (deletion.covers(write.namespace, write.key)) discard(write);
    for (const [id, chain] of this.chains) {
      if (!deletion.covers(chain[0]!.namespace, chain[0]!.key)) continue;
      for (const write of chain) {
        this.count(write, -1);
        discard(write);
      }
      this.chains.delete(id);
    }
    if (this.deletes.length >= this.limits.maxEntries) return false;
    this.deletes.push(deletion);
    return true;
  }

  /** They stay queued until they are carried out. */
  get pendingDeletes(): readonly PendingDelete[] {
    return this.deletes;
  }

  deleted(deletes: readonly PendingDelete[]): void {
    this.deletes = this.deletes.filter((each) => !deletes.includes(each));
  }

  /** The oldest writes that no deletion goes before, whole keys at a time; until they are `done` or put back they count as under way. */
  takeBatch(): PendingSet[] {
    const batch: PendingSet[] = [];
    let bytes = 0;
    for (const [id, chain] of this.chains) {
      if (batch.length >= batchEntries || bytes >= batchBytes) break;
      const [first] = chain;
      if (this.deletes.some((each) => each.covers(first!.namespace, first!.key))) continue;
      this.chains.delete(id);
      for (const write of chain) {
        this.count(write, -1);
        this.underWay.add(write);
        batch.push(write);
        bytes += write.bytes;
      }
    }
    return batch;
  }

  done(batch: readonly PendingSet[]): void {
    for (const write of batch) this.underWay.delete(write);
  }

  /** Before what was queued for the same keys meanwhile. */
  putBack(batch: readonly PendingSet[]): void {
    for (const write of batch.toReversed()) {
      this.underWay.delete(write);
      if (write.isDiscarded) continue;
      const id = identify(write);
      this.chains.set(id, [write, ...(this.chains.get(id) ?? [])]);
      this.count(write, 1);
    }
  }

  /** Nobody waits any longer. Deletions and pinned writes stay for when the file can be written again. */
  fail(error: unknown): void {
    for (const deletion of this.deletes) deletion.fail(error);
    for (const write of this.underWay) write.fail(error);
    for (const [id, chain] of this.chains) {
      for (const write of chain) {
        write.fail(error);
        if (!write.pinned) this.count(write, -1);
      }
      const kept = chain.filter(({ pinned }) => pinned);
      if (kept.length > 0) this.chains.set(id, kept);
      else this.chains.delete(id);
    }
  }

  private forget(chain: PendingSet[], write: PendingSet): void {
    chain.splice(chain.indexOf(write), 1);
    this.count(write, -1);
  }

  private count(write: PendingSet, sign: 1 | -1): void {
    this.entries += sign;
    this.bytes += sign * write.bytes;
  }
}

function discard(write: PendingSet): void {
  write.isDiscarded = true;
  write.settle('older');
}
