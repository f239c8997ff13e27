import { Deferred } from './deferred.js';

/** One deletion on its way to the file; stays queued when it fails, until the file has carried it out. */
export class PendingDelete {
  private readonly settled = new Deferred<number>();

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

  settle(count: number): void {
    this.settled.resolve(count);
  }

  fail(error: unknown): void {
    this.settled.reject(error);
  }
}
