/** What every row carries besides its settings. */
export interface RowFacts {
  /** The row's ETag. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

const facts: ReadonlySet<string> = new Set<keyof RowFacts>([
  'version',
  'createdAt',
  'updatedAt',
  'updatedBy',
]);

/** A row as somebody could propose it. */
export function withoutFacts<R extends object>(row: R): Omit<R, keyof RowFacts> {
  const settings = Object.entries(row).filter(([field]) => !facts.has(field));
  return Object.fromEntries(settings) as Omit<R, keyof RowFacts>;
}
