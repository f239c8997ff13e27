import { z } from 'zod';
import type { Limit, Policy, Switches } from '../../core/index.js';

/** The stream of what is switched, and of namespaces whose values belong to no other. */
export const cacheStream = 'cache';

const longestMs = 10 * 365 * 86_400_000;
const ms = (min = 0) => z.number().int().min(min).max(longestMs);
const limit = z.union([ms(), z.null()]) satisfies z.ZodType<Limit>;

/** What may be switched of a namespace; what is left out is as the settings say. */
export const switchesSchema = z
  .strictObject({
    redis: z.boolean(),
    staleWhileRevalidate: z.boolean(),
    stampedeProtection: z.boolean(),
    negativeResults: z.boolean(),
  } satisfies Record<keyof Switches, z.ZodType>)
  .partial();

/** What may be set of a namespace's policy; what is left out is as the feature says. Durations are milliseconds. */
export const policySchema = z
  .strictObject({
    maxAgeMs: ms(),
    staleWhileRevalidateMs: limit,
    staleIfErrorMs: limit,
    softTimeoutMs: ms(),
    hardTimeoutMs: ms(1),
    negativeMaxAgeMs: ms(),
    jitter: z.number().min(0).max(1),
    invalidatedMaxStaleMs: limit,
  } satisfies Record<keyof Policy, z.ZodType>)
  .partial();

export const namespaceSettingsSchema = z.strictObject({
  namespace: z.string(),
  switches: switchesSchema,
  policy: policySchema,
});

export type NamespaceSettings = z.infer<typeof namespaceSettingsSchema>;
