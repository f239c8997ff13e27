import { z } from 'zod';
import { policySchema, switchesSchema } from '../../platform/cache/index.js';
import { reasonSchema } from '../../platform/http/index.js';

const reason = z.string().trim().min(3).max(500);
/** As long as any key of ours. */
const key = z.string().min(1).max(2_000);
const prefix = key.regex(/:$/, 'must end with ":", so that "book:1:" is not "book:10:"');

export const namespaceSchema = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name such as "model-config"');

/** One of a key, a scope or a delimited prefix. */
export const invalidateBody = z.union(
  [
    z.strictObject({ key, reason: reason.optional() }),
    z.strictObject({ scope: key, reason: reason.optional() }),
    z.strictObject({ prefix, reason: reason.optional() }),
  ],
  { error: 'one of "key", "scope" or "prefix" (which ends with ":"), and a "reason" if you like' },
);
export type InvalidateBody = z.infer<typeof invalidateBody>;

/** One of a key, a delimited prefix or everything; a purge says why. */
export const purgeBody = z.union(
  [
    z.strictObject({ key, reason }),
    z.strictObject({ prefix, reason }),
    z.strictObject({ all: z.literal(true), reason }),
  ],
  {
    error:
      'one of "key", "prefix" (which ends with ":") or "all": true, and a "reason" of 3 to 500 characters',
  },
);
export type PurgeBody = z.infer<typeof purgeBody>;

export const clearBody = z.strictObject({ reason: reason.optional() }).optional();
export type ClearBody = z.infer<typeof clearBody>;

export const settingsBody = z.strictObject({
  switches: switchesSchema.default({}),
  policy: policySchema.default({}),
});
export type SettingsBody = z.infer<typeof settingsBody>;

export const freezeBody = z.strictObject({ frozen: z.boolean(), reason: reasonSchema });
export type FreezeBody = z.infer<typeof freezeBody>;

const maxPage = 1_000;
export const entriesQuery = z.strictObject({
  prefix: z.string().max(2_000).default(''),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `a whole number from 1 to ${maxPage}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= maxPage, `a whole number from 1 to ${maxPage}`)
    .default(100),
  /** The last key of the page before. */
  after: z.string().max(2_000).optional(),
});
export type EntriesQuery = z.infer<typeof entriesQuery>;

export const explainQuery = z.strictObject({ namespace: namespaceSchema, key });
export type ExplainQuery = z.infer<typeof explainQuery>;
