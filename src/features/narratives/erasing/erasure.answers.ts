import { z } from 'zod';

const count = z.int().min(0);

export const erasureAnswer = z.object({
  requests: count.describe('Requests of this person that were removed'),
  purged: count.describe(
    'Narratives that nobody else asked for: no process serves them any more, the last ones of more than 1,000 soon ' +
      'after, and Redis is told until it has deleted them',
  ),
  kept: count.describe('Narratives that others asked for too'),
  rationale: z.string().describe('What was purged and what was kept, and why'),
  version: z.string().describe('`epoch:version`, by which every process knows it'),
});

export type ErasureAnswer = z.infer<typeof erasureAnswer>;
