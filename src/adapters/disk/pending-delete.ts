import { Deferred } from './deferred.js';
import { deleteEntry, deletePrefix } from './entry-statements.js';
import type { SqlStatement } from './sql-file.js';

/** One deletion on its way to the file; stays queued when it fails, until the file has carried it out. */
export class PendingDelete {
  private readonly settled = new Deferred<number>();
  private taken = 0;

  constructor(
    readonly namespace: string,
    readonly key: string,
    /** `key` is the beginning of the keys that go. */
    readonly isPrefix: boolean,
  ) {}

  /** How many entries it took. */
  get outcome(): Promise<number> {
    return this.settled.promise;
  }

  covers(namespace: string, key: string): boolean {
    if (namespace !== this.namespace) return false;
    return this.isPrefix ? key.startsWith(this.key) : key === this.key;
  }

  /** Deletes at most so many; gives a row for each. */
  statement(limit: number): SqlStatement {
    const { namespace, key } = this;
    return this.isPrefix ? deletePrefix(namespace, key, limit) : deleteEntry(namespace, key);
  }

  took(count: number): void {
    this.taken += count;
  }

  settle(): void {
    this.settled.resolve(this.taken);
  }

  fail(error: unknown): void {
    this.settled.reject(error);
  }
}
