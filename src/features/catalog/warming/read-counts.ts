/** Callers choose keys: what they choose must not fill the memory. */
const mostKeys = 10_000;

/** How often each view was read since it was last asked, for the next start to know which are worth loading (CT-8). */
export class ReadCounts {
  private counts = new Map<string, number>();

  count(key: string): void {
    const { counts } = this;
    const known = counts.get(key);
    if (known !== undefined) counts.set(key, known + 1);
    else if (counts.size < mostKeys) counts.set(key, 1);
  }

  /** What was counted since the last time. */
  take(): ReadonlyMap<string, number> {
    const { counts } = this;
    this.counts = new Map();
    return counts;
  }
}
