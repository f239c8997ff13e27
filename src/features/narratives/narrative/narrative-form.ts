import { z } from 'zod';
import type { Narrative } from './narrative.js';

const text = (max: number) => z.string().trim().min(1).max(max);

/** What a model answers; lengths are in UTF-16 code units. */
export const narrativeForm = z.object({
  summary: text(32_768).describe('The reading as a whole, in a few paragraphs'),
  bullets: z.array(text(2_048)).min(1).max(100).describe('What to remember of it, one thought each'),
}) satisfies z.ZodType<Narrative>;
