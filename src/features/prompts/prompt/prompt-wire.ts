import { z } from 'zod';
import { reasons, sources } from '../../../core/index.js';

/** What the service answers, as it stands on the wire; read by its clients too. */

const meta = z.object({
  source: z.enum(sources),
  reason: z.enum(reasons),
  is_stale: z.boolean(),
  age_ms: z.number().min(0),
});

const common = {
  node_name: z.string(),
  language: z.string().describe('Of the template that was found: as asked for, less specific, or `any`'),
  template_version: z.int().min(1),
  meta: meta.describe('How far this may be trusted: as its least trustworthy part'),
};

export const promptDataAnswer = z.object({
  ...common,
  label: z.string(),
  template: z.string().describe('LiquidJS'),
  system: z.string().nullable().describe('LiquidJS; what goes before, as the instruction of the model'),
  user_placeholders: z
    .record(z.string(), z.string())
    .describe('What the person set, of what the template uses'),
  required_dynamic_placeholders: z.array(z.string()),
  cache_ttl: z.int().min(1).describe('Seconds'),
  allow_stale: z.boolean(),
  mode: z.enum(['local', 'remote']).describe("Where this person's prompts of the node are to be rendered"),
});
export type PromptDataAnswer = z.infer<typeof promptDataAnswer>;

export const generatedPromptAnswer = z.object({
  ...common,
  prompt: z.string(),
  system: z.string().nullable(),
  used_placeholders: z.array(z.string()),
});
export type GeneratedPromptAnswer = z.infer<typeof generatedPromptAnswer>;

/** In the order of the requests; one that fails does not fail the others. */
export const promptBatchAnswer = z.object({
  results: z.array(
    z.union([
      z.object({ status: z.literal(200), etag: z.string(), data: promptDataAnswer }),
      z.object({
        status: z.int().min(400),
        problem: z.object({ code: z.string(), detail: z.string() }),
      }),
    ]),
  ),
});
export type PromptBatchAnswer = z.infer<typeof promptBatchAnswer>;
