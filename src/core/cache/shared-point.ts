import type { AsOf } from '../coherence/as-of.js';

/** What the entry before was read at: most are read at the same point, and share one object. */
export class SharedPoint {
  private last: AsOf | null = null;

  share(asOf: AsOf | null): AsOf | null {
    if (!isSame(this.last, asOf)) this.last = asOf;
    return this.last;
  }
}

const isSame = (one: AsOf | null, other: AsOf | null): boolean =>
  one?.version === other?.version && one?.changeId === other?.changeId && one?.epoch === other?.epoch;
