import type { AsOf } from '../core/coherence/as-of.js';
import type { Change, ChangeFeed, PollReply } from '../core/coherence/change-feed.js';

/** A stream's counter and log, in memory, with the mishaps a database can have. */
export class FakeChangeFeed implements ChangeFeed {
  polls = 0;
  epoch = 'e1';
  trimmedTo = 0;
  inRecovery = false;
  log: Change[] = [];
  /** Rows after which a reply ends, at the next whole version. */
  batch = 1_000;
  private failure: Error | null = null;
  private changeId = 'c0';
  private version = 0;
  private readonly wakes = new Set<() => void>();

  get asOf(): AsOf {
    return { epoch: this.epoch, version: this.version, changeId: this.changeId };
  }

  /** Commits a change of these scopes; `lineage` tells two histories with equal versions apart. */
  change(scopes: string[], lineage = 'c', kind: Change['kind'] = 'changed'): AsOf {
    this.version += 1;
    this.changeId = `${lineage}${this.version}`;
    const { version, changeId } = this;
    this.log.push(...scopes.map((scope): Change => ({ version, changeId, kind, scope })));
    return this.asOf;
  }

  /** Commits a purge of these scopes. */
  purge(scopes: string[], lineage = 'c'): AsOf {
    return this.change(scopes, lineage, 'purged');
  }

  /** The database is put back to how it was at `version`. */
  restoreTo(version: number): void {
    this.log = this.log.filter((change) => change.version <= version);
    this.version = version;
    this.changeId = this.log.at(-1)?.changeId ?? 'c0';
  }

  trim(version: number): void {
    this.trimmedTo = version;
    this.log = this.log.filter((change) => change.version > version);
  }

  notify(): void {
    for (const wake of this.wakes) wake();
  }

  fail(error: Error | null): void {
    this.failure = error;
  }

  async poll(after: number | null): Promise<PollReply> {
    this.polls += 1;
    if (this.failure) throw this.failure;
    const beyond = this.log.filter((change) => change.version > (after ?? this.trimmedTo));
    const end = beyond[this.batch - 1]?.version ?? Number.POSITIVE_INFINITY;
    const changes = beyond.filter((change) => change.version <= end);
    return {
      ...this.asOf,
      trimmedTo: this.trimmedTo,
      changeIdAtApplied: this.log.find((change) => change.version === after)?.changeId ?? null,
      changes,
      more: beyond.length > changes.length,
      inRecovery: this.inRecovery,
    };
  }

  subscribe(wake: () => void): () => Promise<void> {
    this.wakes.add(wake);
    return async () => void this.wakes.delete(wake);
  }

  async raiseEpoch(expected: string): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.epoch === expected) this.epoch = `${expected}+`;
  }
}
