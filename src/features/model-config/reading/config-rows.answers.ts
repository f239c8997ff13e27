import { z } from 'zod';
import { languageSchema } from '../../../platform/language/index.js';
import {
  judgeSettingsSchema,
  modelIdSchema,
  modelSettingsSchema,
  panelSettingsSchema,
  phaseKeySchema,
  phaseSettingsSchema,
} from '../rows/config-document.js';
import { rowFactsSchema } from '../rows/row-facts.js';
import type { ConfigRows, JudgeRow } from '../snapshot/snapshot.js';

export const phaseRowAnswer = z.object({
  ...phaseKeySchema.shape,
  ...phaseSettingsSchema.shape,
  ...rowFactsSchema.shape,
});

const modelRowAnswer = z.object({
  id: modelIdSchema,
  ...modelSettingsSchema.shape,
  ...rowFactsSchema.shape,
});

export const judgeRowAnswer = z.object({
  language: languageSchema,
  role: z.enum(['primary', 'secondary', 'tiebreaker']),
  ...judgeSettingsSchema.shape,
  ...panelSettingsSchema.pick({ independenceWaiver: true }).shape,
  ...rowFactsSchema.shape,
}) satisfies z.ZodType<JudgeRow>;

/** All rows, by kind. */
export const configRowsAnswer = z.object({
  models: z.array(modelRowAnswer),
  phases: z.array(phaseRowAnswer),
  judges: z.array(judgeRowAnswer),
  reserves: z.array(
    z.object({
      language: languageSchema,
      reservePercent: z.number().min(0).lt(1).describe('The share of a context window that is kept free'),
      ...rowFactsSchema.shape,
    }),
  ),
}) satisfies z.ZodType<ConfigRows>;
