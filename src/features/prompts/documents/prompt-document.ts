import { z } from 'zod';
import { anyLanguage, languageSchema } from '../../../platform/language/index.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import {
  libraryNameSchema,
  nodeNameSchema,
  placeholderNameSchema,
  productionLabel,
} from '../prompt/prompt-names.js';
import { nameLabel } from '../publishing/prompt-key.js';
import { cacheTtlSchema, dynamicSchema, labelsSchema, templateText } from '../publishing/prompt-body.js';

const { settingBytes } = promptLimits;

/** What Postgres stores and UTF-8 can say. */
const storable = z
  .string()
  .regex(/^[^\0\p{Cs}]+$/u, 'text that is not empty, without NUL or half characters');
const description = storable.max(1_000);
const value = storable.refine(
  (text) => Buffer.byteLength(text) <= settingBytes,
  `at most ${settingBytes} bytes`,
);

const template = z.strictObject({
  node: nodeNameSchema,
  language: languageSchema.default(anyLanguage),
  ...templateText,
  dynamic: dynamicSchema,
  cacheTtlSeconds: cacheTtlSchema.default(3_600),
  allowStale: z.boolean().default(false),
  labels: labelsSchema.min(1).default([productionLabel]),
});

/** Prompts, and what people may set, as a document. What it does not name stays as it is. */
export const promptDocumentSchema = z
  .strictObject({
    placeholders: z
      .record(
        placeholderNameSchema,
        z.strictObject({
          description,
          values: z.record(libraryNameSchema, value).default({}).describe('Texts that profiles name'),
        }),
      )
      .default({}),
    profiles: z
      .record(
        libraryNameSchema,
        z.strictObject({
          category: z.enum(['style', 'subject']),
          description,
          values: z
            .record(placeholderNameSchema, libraryNameSchema)
            .describe('By placeholder: the name of one of its values'),
        }),
      )
      .default({}),
    templates: z.array(template).default([]),
    modes: z
      .record(nodeNameSchema, z.number().min(0).max(1))
      .default({})
      .describe('By node: the share of people whose prompts are rendered where they are asked for'),
  })
  .superRefine(({ templates }, context) => {
    const seen = new Set<string>();
    for (const [at, { node, language, labels }] of templates.entries()) {
      for (const label of labels) {
        const name = nameLabel({ nodeName: node, language }, label);
        if (seen.has(name))
          context.addIssue({
            code: 'custom',
            path: ['templates', at, 'labels'],
            message: `${name} is there twice`,
          });
        seen.add(name);
      }
    }
  });
export type PromptDocument = z.infer<typeof promptDocumentSchema>;
export type DocumentTemplate = PromptDocument['templates'][number];
