import { z } from 'zod';

const count = z.int().min(0);
const ms = z.number().min(0);

const holding = z.object({
  entries: count.nullable().describe('`null`: it cannot be told now'),
  bytes: count.nullable(),
});

const reads = z.object({
  hits: count.describe('Inside the limit, from memory'),
  found: count.describe('Inside the limit, from another tier'),
  loaded: count.describe('Inside the limit, from the source'),
  expired: count.describe('Attempts to read what is past its limit'),
  missing: count,
  failed: count,
});

const answers = z.object({
  modified: count,
  notModified: count.describe('304: what is held stands'),
  absent: count,
  failed: count,
});

/** One type in one process. */
export const typeStatsSchema = z.object({
  type: z.string(),
  limitMs: ms,
  reads,
  held: z.object({ memory: holding, redis: holding.nullable(), disk: holding.nullable() }),
  oldestAgeMs: ms.nullable().describe('Of what is held in memory and inside its limit'),
  oldestShare: z.number().min(0).max(1).nullable().describe('Of its own limit'),
  answers: answers.nullable().describe('`null`: others push it'),
});
export type TypeStats = z.infer<typeof typeStatsSchema>;

const disk = z.object({ usedBytes: count.nullable(), maxBytes: count });

/** What one process tells of its signals. */
export const processStatsSchema = z.object({ types: z.array(typeStatsSchema), disk: disk.nullable() });
export type ProcessStats = z.infer<typeof processStatsSchema>;

/** A process as it was last heard of. */
export const processRowSchema = z.object({
  instance: z.string(),
  name: z.string().describe('`host:pid`'),
  seenAt: z.iso.datetime(),
  stats: processStatsSchema,
});
export type ProcessRow = z.infer<typeof processRowSchema>;

const share = z.number().min(0).max(1).nullable();

const fleetTypeSchema = typeStatsSchema.extend({
  hitRatio: share.describe('Reads that were answered without the source'),
  violationRatio: share.describe('Reads of what is past its limit'),
  notModifiedRatio: share.describe('Of the answers of the source'),
});
export type FleetType = z.infer<typeof fleetTypeSchema>;

export const fleetStatsSchema = z.object({
  isWhole: z.boolean().describe('The database told of the other processes'),
  processes: z.array(z.object({ name: z.string(), seenAt: z.iso.datetime(), disk: disk.nullable() })),
  types: z.array(fleetTypeSchema),
});
export type FleetStats = z.infer<typeof fleetStatsSchema>;
