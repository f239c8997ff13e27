import { z } from 'zod';
import { languageSchema } from '../../../platform/language/index.js';
import { contextTierSchema } from '../rows/config-document.js';
import { configRowsAnswer, judgeRowAnswer, phaseRowAnswer } from './config-rows.answers.js';
import type { PhaseMeta } from './phase-model.js';
import { readMetaSchema } from './read-meta.js';

const resolution = z
  .array(
    z.object({
      phase: z.string(),
      courseId: z.string().nullable().describe('`null`: the rows of all courses'),
      language: z.string(),
      contextTier: contextTierSchema,
      found: z.boolean(),
    }),
  )
  .describe('Every place that was looked at, the chosen one last');

const phaseMeta = readMetaSchema.extend({ resolution }) satisfies z.ZodType<PhaseMeta>;

export const phaseModelAnswer = phaseRowAnswer.extend({ meta: phaseMeta });

export const judgePanelAnswer = z.object({
  language: languageSchema.describe(
    'The language of the panel that answered: `any` where the asked one has none of its own',
  ),
  primary: judgeRowAnswer,
  secondary: judgeRowAnswer,
  tiebreaker: judgeRowAnswer,
  independenceWaiver: z.string().nullable().describe('Why its models may also generate; `null`: they do not'),
  meta: readMetaSchema,
});

export const snapshotAnswer = configRowsAnswer.extend({ meta: readMetaSchema });
