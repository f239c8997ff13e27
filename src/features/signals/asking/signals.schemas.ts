import { z } from 'zod';

const longestMs = 2_147_483_647;
const wholeMs = `a whole number of milliseconds from 1 to ${longestMs}`;

export const typeSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a type of config/runtime.yml, such as "odds"');

export const idSchema = z
  .string()
  .min(1)
  .describe('The values of the placeholders of its key, with `:` between them, as in `g1:dk:h2h`');

export const readQuery = z.strictObject({
  maxAgeMs: z
    .string()
    .regex(/^\d{1,10}$/, wholeMs)
    .transform(Number)
    .refine((ms) => ms >= 1 && ms <= longestMs, wholeMs)
    .optional()
    .describe("Less than the type's limit; more is as the limit"),
});
export type ReadQuery = z.infer<typeof readQuery>;

export const listQuery = z.strictObject({
  first: z
    .string()
    .min(1)
    .max(128)
    .describe('The value of the first placeholder, such as the name of a feed'),
});
export type ListQuery = z.infer<typeof listQuery>;

const mostRefs = 100;
export const requireBody = z.strictObject({
  refs: z
    .array(
      z.strictObject({
        type: typeSchema,
        id: idSchema,
        maxAgeMs: z.int().min(1).max(longestMs).optional(),
      }),
    )
    .min(1)
    .max(mostRefs),
});
export type RequireBody = z.infer<typeof requireBody>;

export const pushBody = z.strictObject({
  value: z.unknown().refine((value) => value !== undefined, 'the value, as the schema of its type asks for'),
  observedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Where the type says that the value tells it by itself, that counts'),
});
export type PushBody = z.infer<typeof pushBody>;
