import type { ContestedRow } from './contested-rows.js';

/** What was acknowledged while many wrote: which version said what of which row. */
export class WriteLedger {
  /** Of every write that was told its version. */
  readonly versions: number[] = [];
  /** Commits that were told no version. */
  unnamed = 0;
  private readonly newest = new Map<ContestedRow, { version: number; number: number }>();
  // A timeout has to be 1,000 at the least.
  private last = 1_000;

  /** A number that no row has had yet. */
  next(): number {
    return ++this.last;
  }

  committed(version: number, rows: readonly (readonly [ContestedRow, number])[]): void {
    this.versions.push(version);
    for (const [row, number] of rows) {
      if (version > (this.newest.get(row)?.version ?? 0)) this.newest.set(row, { version, number });
    }
  }

  /** What must stand in a row in the end. */
  lastOf(row: ContestedRow): number | undefined {
    return this.newest.get(row)?.number;
  }
}
