import { z } from 'zod';
import { catalogId } from '../views/catalog-id.js';
import type { ViewKind } from '../views/catalog-keys.js';
import type { ViewData } from '../views/catalog-view.js';

/** Fields beyond these stay as they came, `null` ones too; absent ones stay absent. */
const publisher = z.looseObject({ id: catalogId, name: z.string() });
const book = z.looseObject({
  id: catalogId,
  publisher_id: catalogId,
  title: z.string(),
  publisher: publisher.nullish(),
});
const bookConfig = z.looseObject({ book_id: catalogId });

/** An entity that is told twice may be told in two ways. */
const listOf = <T extends { readonly id: string }>(each: z.ZodType<T>) =>
  z.array(each).superRefine((list, context) => {
    const ids = new Set<string>();
    for (const [at, { id }] of list.entries()) {
      if (ids.has(id))
        return context.addIssue({ code: 'custom', path: [at, 'id'], message: 'is there twice' });
      ids.add(id);
    }
  });

/** What the content service answers for each kind of view that is JSON. */
export const viewSchemas = {
  publishers: listOf(publisher),
  publisher,
  books: listOf(book),
  'publisher-books': listOf(book),
  book,
  'book-config': bookConfig,
} as unknown as Readonly<Record<Exclude<ViewKind, 'logo'>, z.ZodType<ViewData>>>;
