import { z } from 'zod';
import { sources } from '../../../core/index.js';

const date = z.iso.datetime();

export const narrativeAnswer = z.object({
  narrative: z.object({ summary: z.string(), bullets: z.array(z.string()) }),
  meta: z.object({
    source: z.enum(sources).describe('Where it was found; `origin`: made now'),
    isStale: z.boolean().describe('It may not be what would be made now'),
    ageMs: z.int().min(0).describe('Milliseconds since it was made, or made again'),
    createdAt: date.nullable(),
    refreshedAt: date.nullable(),
    staleAfter: date.nullable(),
  }),
  fallback: z.literal(true).optional().describe('It is the text of a template, and its dates are `null`'),
});

export type NarrativeWire = z.infer<typeof narrativeAnswer>;
