import { z } from 'zod';
import { reasonSchema } from '../../../platform/http/index.js';
import { anyLanguage, languageSchema } from '../../../platform/language/index.js';
import { labelSchema, nodeNameSchema, placeholderNameSchema } from '../prompt/prompt-names.js';

/** Bodies and queries of the admin's routes. How long a template may be is told by the publisher, in bytes. */

/** More are told of by the publisher, with what is wrong besides. */
const mostNames = 1_000;

export const cacheTtlSchema = z.int().min(1).max(2_592_000).describe('Seconds');
const languageOrAny = languageSchema.default(anyLanguage);
export const dynamicSchema = z
  .array(placeholderNameSchema)
  .max(mostNames)
  .nullable()
  .default(null)
  .describe('What every context has to give; without it, whatever is no placeholder that people set');

/** As a template is written by people: here and in documents. */
export const templateText = {
  system: z.string().min(1).nullable().default(null),
  template: z.string().min(1),
};
const distinct = (names: readonly string[]) => new Set(names).size === names.length;
export const labelsSchema = z.array(labelSchema).refine(distinct, 'each label once');
/** In one request. */
const mostLabels = 20;

export const versionBody = z.strictObject({
  language: languageOrAny,
  ...templateText,
  dynamicPlaceholders: dynamicSchema,
  cacheTtlSeconds: cacheTtlSchema.default(3_600),
  allowStale: z.boolean().default(false),
  labels: labelsSchema.max(mostLabels).default([]).describe('Labels to be moved to it'),
  reason: reasonSchema,
});
export type VersionBody = z.infer<typeof versionBody>;

const versionSchema = z.int().min(1).max(2_147_483_647);

export const labelBody = z.strictObject({
  version: versionSchema,
  language: languageOrAny,
  reason: reasonSchema,
});
export type LabelBody = z.infer<typeof labelBody>;

export const modeBody = z.strictObject({
  localShare: z.number().min(0).max(1).describe('Of all people: whose prompts are rendered where asked for'),
  reason: reasonSchema,
});
export type ModeBody = z.infer<typeof modeBody>;

/** A DELETE has no body: what it says of itself stands in its query. */
export const removing = z.strictObject({ language: languageOrAny, reason: reasonSchema });
export type Removing = z.infer<typeof removing>;

export const versionNumberText = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'a version: a whole number from 1')
  .transform(Number);
export const oneLanguage = z.strictObject({ language: languageOrAny });
export const someLanguage = z.strictObject({ language: languageSchema.optional() });
export const diffQuery = z.strictObject({
  from: versionNumberText,
  to: versionNumberText,
  language: languageOrAny,
});

const given = {
  placeholders: z
    .record(placeholderNameSchema, z.string())
    .default({})
    .describe('What a person would have set'),
  context: z.record(z.string(), z.unknown()).default({}),
};
/** A text that is stored nowhere, or a version that is. */
export const previewBody = z.union([
  z.strictObject({ ...templateText, dynamicPlaceholders: dynamicSchema, ...given }),
  z.strictObject({ nodeName: nodeNameSchema, version: versionSchema, language: languageOrAny, ...given }),
]);
export type PreviewBody = z.infer<typeof previewBody>;
