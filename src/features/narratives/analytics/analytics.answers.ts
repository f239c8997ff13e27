import { z } from 'zod';

const count = z.int().min(0);
const quantiles = z
  .object({ p50: z.number().min(0), p95: z.number().min(0) })
  .nullable()
  .describe('`null` where there was none');

export const analyticsAnswer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime().describe('Not included'),
  requests: count,
  hits: z.object({ fresh: count, stale: count }),
  misses: count.describe('Made, fallbacks and failed together'),
  made: count,
  fallbacks: count.describe('Answered with the template text'),
  failed: count,
  invalid: count.describe('Refused for their profile: neither hits nor misses'),
  refreshes: count.describe('Generations behind stale answers; they are no requests'),
  hitRate: z.number().min(0).max(1).nullable().describe('Hits among hits and misses; `null` where none was'),
  topSystems: z.array(z.object({ system: z.string(), requests: count })).describe('At most 10'),
  durationMs: z.object({ all: quantiles, hits: quantiles }),
  tokens: count.describe('In and out, as far as the upstream told'),
  costUsd: z.object({
    made: z.number(),
    saved: z.number().describe('What the hits would have cost'),
    unknown: count.describe('Generations whose cost nobody told: they are in neither sum'),
  }),
});

export type AnalyticsAnswer = z.infer<typeof analyticsAnswer>;

const places = z.object({
  memory: count.describe('Of this process'),
  redis: count
    .nullable()
    .describe('Of all processes, as far as it can be told cheaply; `null` while it cannot'),
});

export const narrativeStatsAnswer = z.object({
  engine: z.string().nullable(),
  promptHash: z
    .string()
    .nullable()
    .describe(
      'Of the prompt and the model that narratives are made with now; `null` while it cannot be told',
    ),
  keys: places,
  bytes: places,
  hits: count.describe('Of this process since it started, in memory and in Redis'),
  staleHits: count.describe('Of them, those in memory that were stale'),
  misses: count,
  hitRate: z.number().min(0).max(1).nullable().describe('`null` before the first read'),
  analytics: z.object({
    waiting: count.describe('Requests of this process that are not written yet'),
    dropped: count.describe('Requests of this process that never will be'),
  }),
});

export type NarrativeStatsAnswer = z.infer<typeof narrativeStatsAnswer>;
