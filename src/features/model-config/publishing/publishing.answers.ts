import { z } from 'zod';
import type { PlannedChange } from './config-planner.service.js';
import type { RowChange } from './diff-config.js';
import type { Answered } from './publication-answers.js';
import type { Reach } from './publication.js';

const version = z.int().min(0);
const count = z.int().min(0);

export const rowChangesAnswer = z.array(
  z.object({
    row: z.string().describe('As in `phases[stage_4/any/standard]`'),
    kind: z.enum(['added', 'changed', 'removed']),
    fields: z
      .record(z.string(), z.object({ before: z.unknown(), after: z.unknown() }))
      .describe('Settings that differ, by name'),
  }),
) satisfies z.ZodType<RowChange[]>;

const reach = z.object({
  serving: count,
  live: count,
  ms: count.describe('How long that was waited for'),
  summary: z.string().describe('As in `3/3 in 41 ms`'),
  missing: z.array(z.string()).describe('The names of those that do not serve it yet'),
}) satisfies z.ZodType<Reach>;

export const publicationAnswer = z.object({
  version: version.describe("The configuration's version after the change"),
  minVersion: z.string().describe('`epoch:version`, what a read may name as its least version'),
  rowVersion: version
    .nullable()
    .describe('The version of the row or panel that was named; `null` where none is or it is gone'),
  changes: rowChangesAnswer,
  served: z.boolean().describe('The process that answers serves it already'),
  replayed: z.boolean().describe('The answer to the first request with this Idempotency-Key'),
  instances: reach
    .nullable()
    .optional()
    .describe('Only with `wait=1`: how many instances serve it; `null` when that cannot be told'),
}) satisfies z.ZodType<Answered>;

/** What a dry run answers. */
export const planAnswer = z.object({
  version: version.describe('Of the configuration that the change was held against'),
  valid: z.boolean(),
  changes: rowChangesAnswer,
  faults: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .describe('Everything that is wrong with what would then stand'),
}) satisfies z.ZodType<PlannedChange>;

export const importAnswer = z.union([publicationAnswer, planAnswer]);
