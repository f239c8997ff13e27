/** What became of reads of one type in this process; plain integers, read when somebody looks. */
export class SignalCounters {
  /** Inside the limit, from memory. */
  hits = 0;
  /** Inside the limit, from another tier. */
  found = 0;
  /** Inside the limit, from the source. */
  loaded = 0;
  /** Nothing but an expired value was held, and nothing newer came: attempts to read it (SI-10). */
  expired = 0;
  missing = 0;
  failed = 0;

  get reads(): number {
    return this.hits + this.found + this.loaded + this.expired + this.missing + this.failed;
  }
}
