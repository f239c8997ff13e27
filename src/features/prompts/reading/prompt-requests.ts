import { z } from 'zod';
import { anyLanguage, languageSchema } from '../../../platform/language/index.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { labelSchema, nodeNameSchema, productionLabel, userIdSchema } from '../prompt/prompt-names.js';
import type { PromptQuery } from '../prompt/prompt-query.js';

const queryFields = {
  user_id: userIdSchema.nullable().default(null).describe('Whose settings; without it nobody’s'),
  node_name: nodeNameSchema,
  language: languageSchema.default(anyLanguage),
  label: labelSchema.default(productionLabel),
};

export const promptDataRequest = z.strictObject(queryFields);
export type PromptDataRequest = z.infer<typeof promptDataRequest>;

export const promptBatchRequest = z.strictObject({
  requests: z.array(promptDataRequest).min(1).max(promptLimits.batch),
});

export const generatePromptRequest = z.strictObject({
  ...queryFields,
  context: z.record(z.string(), z.unknown()).describe('The content of the moment'),
});

/** Pure: as the sources of prompts take it. */
export const queryOf = ({ user_id, node_name, language, label }: PromptDataRequest): PromptQuery => ({
  userId: user_id,
  nodeName: node_name,
  language,
  label,
});
