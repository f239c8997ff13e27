import type { NarrativeRequest } from './narrative-request.js';

const isHit = ({ outcome }: NarrativeRequest): boolean => outcome === 'fresh' || outcome === 'stale';

/**
 * Requests that wait to be written. By those with a person what is theirs is found when they are to be forgotten: where
 * there is no room, the oldest without one go first, then the oldest hits, then the oldest.
 */
export class RequestBuffer {
  /** How many had to go. */
  dropped = 0;
  private readonly ofNobody: NarrativeRequest[] = [];
  private readonly hits: NarrativeRequest[] = [];
  private readonly others: NarrativeRequest[] = [];

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.ofNobody.length + this.hits.length + this.others.length;
  }

  /** @param elsewhere how many were taken, and are not written yet */
  add(request: NarrativeRequest, elsewhere = 0): void {
    this.queueOf(request).push(request);
    if (this.size + elsewhere <= this.capacity) return;
    const full = [this.ofNobody, this.hits, this.others].find(({ length }) => length > 0);
    full?.shift();
    this.dropped++;
  }

  /** At most so many; those that are given up last come first. */
  take(atMost: number): NarrativeRequest[] {
    const taken = this.others.splice(0, atMost);
    taken.push(...this.hits.splice(0, atMost - taken.length));
    taken.push(...this.ofNobody.splice(0, atMost - taken.length));
    return taken;
  }

  private queueOf(request: NarrativeRequest): NarrativeRequest[] {
    if (request.userId === null) return this.ofNobody;
    return isHit(request) ? this.hits : this.others;
  }
}
