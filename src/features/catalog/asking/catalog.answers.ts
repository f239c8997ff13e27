import { z } from 'zod';
import { reasons, sources } from '../../../core/index.js';

const meta = z.object({
  source: z.enum(sources).describe('Which tier answered'),
  reason: z.enum(reasons),
  isStale: z.boolean(),
  ageMs: z.int().min(0).describe('Milliseconds since the content service last said so'),
  snapshotId: z.string().describe('Of the content: another one has another'),
});

const told = 'Whatever else the content service tells is there too, as it tells it';

const publisher = z.looseObject({ id: z.string(), name: z.string() }).describe(told);
const book = z
  .looseObject({
    id: z.string(),
    publisher_id: z.string(),
    title: z.string(),
    publisher: publisher.nullish(),
  })
  .describe(told);

export const publishersAnswer = z.object({ data: z.array(publisher), meta });
export const publisherAnswer = z.object({ data: publisher, meta });
export const booksAnswer = z.object({ data: z.array(book), meta });
export const bookAnswer = z.object({ data: book, meta });
export const bookConfigAnswer = z.object({
  data: z.looseObject({ book_id: z.string() }).describe(told),
  meta,
});
