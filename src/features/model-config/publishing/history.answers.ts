import { z } from 'zod';
import { rowChangesAnswer } from './publishing.answers.js';

/** One change of the configuration, as it was recorded. */
const historyVersionAnswer = z.object({
  version: z.int().min(0),
  kind: z.enum(['edit', 'import', 'rollback', 'sql']).describe('`sql`: by somebody who wrote to the tables'),
  author: z.string(),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  at: z.iso.datetime(),
  rows: z.int().min(0),
});

export const historyAnswer = z.object({ versions: z.array(historyVersionAnswer) });

export const historyDiffAnswer = historyVersionAnswer.extend({ changes: rowChangesAnswer });

export type HistoryVersion = Readonly<z.infer<typeof historyVersionAnswer>>;
export type HistoryDiff = Readonly<z.infer<typeof historyDiffAnswer>>;
