import { z } from 'zod';
import { reasonSchema } from '../../../platform/http/index.js';
import { typeSchema } from '../asking/signals.schemas.js';
import { gamesSchema } from '../warming/read-games.js';

const count = z.int().min(0);

/** At least one of type and where; what they mean together is checked where it is planned. */
export const flushBody = z.strictObject({
  type: typeSchema.optional(),
  where: z
    .record(z.string().min(1).max(64), z.string())
    .optional()
    .describe('Values of the first placeholders of the key, as in `{ "game_id": "g1" }`'),
  reason: reasonSchema,
});
export type FlushBody = z.infer<typeof flushBody>;

export const flushAnswer = z.object({
  flushed: z.array(
    z.object({
      type: z.string(),
      version: z.string().describe('`epoch:version`, by which every process knows it'),
      local: count.describe("Entries of this process's memory that are gone"),
    }),
  ),
});
export type FlushWire = z.infer<typeof flushAnswer>;

export const cleanupAnswer = z.object({
  cleaned: z
    .object({
      expired: count,
      evicted: count.describe('Least recently used entries that had to go for room'),
      isComplete: z.boolean().describe('`false`: the time was over first, and the next run goes on'),
      ms: z.number().min(0),
    })
    .nullable()
    .describe('`null`: this process keeps no signals on disk'),
});
export type CleanupWire = z.infer<typeof cleanupAnswer>;

const mostGames = 200;
export const warmBody = z.strictObject({
  games: gamesSchema.shape.games.min(1).max(mostGames).describe('As in `sample/games.yaml`'),
});
export type WarmBody = z.output<typeof warmBody>;

export const warmAnswer = z.object({
  total: count,
  processed: count.describe('Fewer than `total`: the time was over first'),
  loaded: count,
  missing: count,
  failed: count,
  skipped: z.array(z.object({ type: z.string(), why: z.string() })),
});
export type WarmWire = z.infer<typeof warmAnswer>;
