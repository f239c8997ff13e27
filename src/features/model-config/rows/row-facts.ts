import { z } from 'zod';

/** What every row carries besides its settings. */
export const rowFactsSchema = z.object({
  version: z.int().min(1).describe("The row's ETag"),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
});

export type RowFacts = Readonly<z.infer<typeof rowFactsSchema>>;

const facts: ReadonlySet<string> = new Set(Object.keys(rowFactsSchema.shape));

/** A row as somebody could propose it. */
export function withoutFacts<R extends object>(row: R): Omit<R, keyof RowFacts> {
  const settings = Object.entries(row).filter(([field]) => !facts.has(field));
  return Object.fromEntries(settings) as Omit<R, keyof RowFacts>;
}
