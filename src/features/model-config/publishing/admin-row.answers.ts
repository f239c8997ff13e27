import { z } from 'zod';
import { languageSchema } from '../../../platform/language/index.js';
import {
  modelIdSchema,
  modelSettingsSchema,
  panelSettingsSchema,
  phaseKeySchema,
  phaseSettingsSchema,
} from '../rows/config-document.js';
import { rowFactsSchema } from '../rows/row-facts.js';

/** A row as editors see it: what can be changed apart from what names it and what is told of it. */
export const adminPhaseAnswer = z.object({
  ...phaseKeySchema.shape,
  settings: phaseSettingsSchema,
  ...rowFactsSchema.shape,
});

export const adminModelAnswer = z.object({
  id: modelIdSchema,
  settings: modelSettingsSchema,
  ...rowFactsSchema.shape,
});

export const adminPanelAnswer = z.object({
  language: languageSchema,
  settings: panelSettingsSchema,
  version: rowFactsSchema.shape.version.describe('The newest of its three rows, and its ETag'),
});

export const adminPhasesAnswer = z.object({ phases: z.array(adminPhaseAnswer) });
export const adminModelsAnswer = z.object({ models: z.array(adminModelAnswer) });

export type AdminPhase = Readonly<z.infer<typeof adminPhaseAnswer>>;
export type AdminModel = Readonly<z.infer<typeof adminModelAnswer>>;
export type AdminPanel = Readonly<z.infer<typeof adminPanelAnswer>>;
