import { z } from 'zod';
import { labelSchema, nodeNameSchema } from '../prompt/prompt-names.js';
import { versionNumber } from './prompt-publishing.answers.js';

const localShare = z
  .number()
  .min(0)
  .max(1)
  .describe('The share of people whose prompts are rendered where they are asked for');
const moment = z.string().describe('ISO 8601, UTC');

export const promptListAnswer = z.object({
  prompts: z.array(
    z.object({
      nodeName: nodeNameSchema,
      language: z.string(),
      newestVersion: versionNumber,
      labels: z.record(labelSchema, versionNumber),
      localShare,
    }),
  ),
});
export type PromptList = z.infer<typeof promptListAnswer>;

const versionFacts = {
  language: z.string(),
  version: versionNumber,
  status: z.enum(['active', 'removed']),
  dynamicPlaceholders: z.array(z.string()),
  cacheTtlSeconds: z.int().min(1),
  allowStale: z.boolean(),
  reason: z.string().nullable(),
  createdAt: moment,
  createdBy: z.string(),
};

export const promptVersionsAnswer = z.object({
  nodeName: nodeNameSchema,
  localShare,
  versions: z
    .array(z.object({ ...versionFacts, bytes: z.int().describe('Of its text, in UTF-8') }))
    .describe('The newest 500, the newest first'),
  labels: z.array(
    z.object({
      language: z.string(),
      label: labelSchema,
      version: versionNumber,
      previousVersion: versionNumber.nullable(),
      movedAt: moment,
      movedBy: z.string(),
    }),
  ),
});
export type PromptVersions = z.infer<typeof promptVersionsAnswer>;

export const promptVersionAnswer = z.object({
  nodeName: nodeNameSchema,
  ...versionFacts,
  system: z.string().nullable(),
  template: z.string(),
});
export type PromptVersion = z.infer<typeof promptVersionAnswer>;

const lines = z.string().describe('A unified diff; empty where nothing differs');

export const promptDiffAnswer = z.object({
  nodeName: nodeNameSchema,
  language: z.string(),
  from: versionNumber,
  to: versionNumber,
  fields: z
    .record(z.string(), z.object({ before: z.unknown(), after: z.unknown() }))
    .describe('What differs beside the text'),
  system: lines,
  template: lines,
});
export type PromptDiff = z.infer<typeof promptDiffAnswer>;

export const previewAnswer = z.object({
  prompt: z.string(),
  system: z.string().nullable(),
  usedPlaceholders: z.array(z.string()).readonly(),
  dynamicPlaceholders: z.array(z.string()).readonly().describe('What every context has to give'),
  version: versionNumber.nullable().describe('`null`: of a template that is stored nowhere'),
});
export type Preview = z.infer<typeof previewAnswer>;
