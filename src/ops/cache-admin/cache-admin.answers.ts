import { z } from 'zod';
import { policySchema, switchesSchema } from '../../platform/cache/index.js';
import type { FreezeView } from './freeze-view.js';
import type { EntryPage, EntryView } from './list-entries.js';

const count = z.int().min(0);
const durationMs = z.number().min(0);

const tierStats = z.object({
  hits: count,
  misses: count,
  hitRate: z.number().min(0).max(1).nullable(),
  entries: count.nullable(),
  bytes: count.nullable(),
});

const frozen = z
  .object({ reason: z.string(), by: z.string(), since: z.iso.datetime() })
  .nullable()
  .describe('Who froze it in this process, and why; `null`: it is not frozen');

export const statsAnswer = z.object({
  namespaces: z.record(
    z.string(),
    z.object({
      pinned: z.boolean(),
      stream: z.string(),
      frozen,
      staleHits: count,
      tiers: z.object({ memory: tierStats, redis: tierStats, disk: tierStats }).partial(),
    }),
  ),
  server: z.array(z.looseObject({})).readonly().nullable().describe('What each Redis master says of itself'),
});

const entryAnswer = z.object({
  key: z.string(),
  ageMs: durationMs.nullable(),
  reason: z.string().nullable(),
  isStale: z.boolean(),
  absent: z.boolean(),
  message: z.string().nullable(),
  maxAgeMs: durationMs,
  version: count.nullable(),
  scopes: z.array(z.string()).readonly(),
}) satisfies z.ZodType<EntryView>;

export const entriesAnswer = z.object({
  entries: z.array(entryAnswer),
  next: z.string().nullable().describe('The `after` of the next page'),
  total: count,
}) satisfies z.ZodType<EntryPage>;

export const explainAnswer = z.object({
  namespace: z.string(),
  key: z.string(),
  frozen,
  answer: z.object({ reason: z.string(), isStale: z.boolean(), band: z.string() }).nullable(),
  memory: entryAnswer.nullable(),
  tiers: z.record(
    z.string(),
    z.object({
      holds: z.union([z.boolean(), z.literal('unknown')]),
      entry: z
        .object({
          storedAt: z.iso.datetime(),
          confirmedAt: z.iso.datetime(),
          ageMs: durationMs,
          version: z.string().nullable(),
          absent: z.boolean(),
          schema: count,
        })
        .optional(),
      error: z.string().optional(),
    }),
  ),
  origin: z.object({ retryInMs: durationMs, lastError: z.string().nullable() }),
});

export const versionedAnswer = z.object({
  version: z.string().describe('`epoch:version`, what readers may ask to have reached'),
  local: count.describe("Entries of this process's memory that were touched"),
});

export const clearedAnswer = z.object({ namespaces: z.record(z.string(), versionedAnswer) });

export const freezeAnswer = z.object({
  namespace: z.string(),
  frozen,
  outlastsRestart: z
    .boolean()
    .describe('`false`: this process keeps nothing on disk, and its next start is not frozen'),
  held: z.int().min(0).describe("Entries of this process's memory"),
  serves: z
    .object({ version: z.string().nullable(), source: z.string(), reason: z.string(), isStale: z.boolean() })
    .nullable()
    .describe('Of a pinned namespace; `null` where it holds nothing, or many values'),
}) satisfies z.ZodType<FreezeView>;

const switches = switchesSchema.required();

export const settingsAnswer = z.object({
  namespace: z.string(),
  switches,
  policy: z.record(z.string(), z.number().nullable()).describe('Milliseconds; `null` for no limit'),
  set: z.object({ switches: switchesSchema, policy: policySchema }),
});
