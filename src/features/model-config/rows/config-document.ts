import { z } from 'zod';
import { anyLanguage, languageSchema } from '../../../platform/language/index.js';
import { listOf } from './list-of.js';

/** Shapes of configuration as people write it (REST bodies, YAML files) and as the database gives it back. */

export const phaseNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,99}$/, 'a phase name: a-z, 0-9 and _, at most 100 characters');
export const modelIdSchema = z
  .string()
  .max(200)
  .regex(/^[^/\s\p{Cc}\p{Cs}]+\/[^\s\p{Cc}\p{Cs}]+$/u, 'a model id of the form vendor/name');

/** Postgres stores neither NUL nor half a character. */
const line = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'text without control characters');
export const courseIdSchema = line(200);
export const contextTierSchema = z.enum(['standard', 'extended']);

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((iso) => /^(?!0000)\d{4}-/.test(iso), 'a moment of the years 1 to 9999, in UTC')
  .pipe(z.iso.datetime());
const tokens = z.int().min(1).max(200_000);
const usdPerMtok = z.number().min(0);
const temperature = z.number().min(0).max(2);
const timeoutMs = z.int().min(1_000).max(2_147_483_647).nullable().default(null);
const displayName = line(200);
const contextTokens = z.int().min(1).max(2_147_483_647);

/** A model's settings; its id stands beside them. */
export const modelSettingsSchema = z.strictObject({
  displayName,
  family: line(100),
  maxContextTokens: contextTokens,
  inputUsdPerMtok: usdPerMtok,
  outputUsdPerMtok: usdPerMtok,
  supportsCacheRead: z.boolean().default(false),
  status: z.enum(['active', 'deprecated', 'retired']).default('active'),
  retiresAt: moment.nullable().default(null),
  replacementId: modelIdSchema.nullable().default(null),
});

/** A phase row's settings; its key (phase, course, language, tier) stands beside them. */
export const phaseSettingsSchema = z.strictObject({
  modelId: modelIdSchema,
  fallbackModelId: modelIdSchema.nullable().default(null),
  temperature,
  maxTokens: tokens,
  maxContextTokens: contextTokens,
  qualityThreshold: z.number().min(0).max(1).nullable().default(null),
  maxRetries: z.int().min(0).max(10),
  timeoutMs,
  cacheReadEnabled: z.boolean().default(false),
});

export const judgeSettingsSchema = z.strictObject({
  modelId: modelIdSchema,
  fallbackModelId: modelIdSchema.nullable().default(null),
  weight: z.number().gt(0).max(1),
  temperature,
  maxTokens: tokens,
  timeoutMs,
  displayName,
  calibratedAt: moment.nullable().default(null),
  calibrationN: z.int().min(0).max(2_147_483_647).nullable().default(null),
  kappa: z.number().min(-1).max(1).nullable().default(null),
});

/** A whole panel: three judges, published as one. */
export const panelSettingsSchema = z.strictObject({
  primary: judgeSettingsSchema,
  secondary: judgeSettingsSchema,
  tiebreaker: judgeSettingsSchema,
  /** Why this panel may hold models that also generate; `null`: it may not. */
  independenceWaiver: line(500).min(3).nullable().default(null),
});

export const phaseKeySchema = z.strictObject({
  phase: phaseNameSchema,
  courseId: courseIdSchema.nullable().default(null),
  language: languageSchema.default(anyLanguage),
  contextTier: contextTierSchema.default('standard'),
});

/** A whole configuration, as people write it in YAML or JSON. */
export const configDocumentSchema = z.strictObject({
  models: listOf(z.strictObject({ id: modelIdSchema, ...modelSettingsSchema.shape })),
  phases: listOf(z.strictObject({ ...phaseKeySchema.shape, ...phaseSettingsSchema.shape })),
  judges: listOf(z.strictObject({ language: languageSchema, ...panelSettingsSchema.shape })),
  reserves: listOf(z.strictObject({ language: languageSchema, reservePercent: z.number().min(0).lt(1) })),
});

export type ModelSettings = z.infer<typeof modelSettingsSchema>;
export type PhaseSettings = z.infer<typeof phaseSettingsSchema>;
export type JudgeSettings = z.infer<typeof judgeSettingsSchema>;
export type PanelSettings = z.infer<typeof panelSettingsSchema>;
export type PhaseKey = z.infer<typeof phaseKeySchema>;
export type ConfigDocument = z.infer<typeof configDocumentSchema>;
