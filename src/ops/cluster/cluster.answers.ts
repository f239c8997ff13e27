import { z } from 'zod';
import type { Instance } from '../../platform/cluster/index.js';

const points = z.record(z.string(), z.string());

const instanceAnswer = z.object({
  id: z.string(),
  name: z.string().describe('`host:pid`'),
  state: z.string(),
  applied: points.describe('Stream → the `epoch:version` that the process has applied'),
  served: points.describe('Pinned namespace → the `epoch:version` of what the process serves of it'),
  frozen: z.array(z.string()).readonly().describe('Namespaces of which it applies nothing now'),
  startedAt: z.iso.datetime().describe("By the database's clock"),
  seenAt: z.iso.datetime(),
  isLive: z.boolean().describe('It was heard of within the last 40 s'),
}) satisfies z.ZodType<Instance>;

export const clusterAnswer = z.object({
  source: z.enum(['database', 'self']).describe('`self`: the database does not tell of the others now'),
  instances: z.array(
    instanceAnswer.extend({
      lag: z
        .record(z.string(), z.int().nullable())
        .describe(
          'Stream → how many versions it is behind the foremost living instance of its history; `null`: of another one',
        ),
    }),
  ),
});

export type ClusterView = z.infer<typeof clusterAnswer>;
