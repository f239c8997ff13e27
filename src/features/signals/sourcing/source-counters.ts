/** What a source has answered in this process; plain integers, read when somebody looks (SI-10). */
export class SourceCounters {
  /** Whole answers, each of which was parsed. */
  bodies = 0;
  /** 304: what is held stands. */
  notModified = 0;
  /** 404 and 410. */
  absent = 0;
  /** No answer that counts, and requests that were given up. */
  failed = 0;
  /** Of all of these together. */
  totalMs = 0;
  /** Articles that were left out of a feed: over the number or size, without identity, or not in order. */
  skippedArticles = 0;

  get requests(): number {
    return this.bodies + this.notModified + this.absent + this.failed;
  }
}
