import { z } from 'zod';
import { courseIdSchema } from '../rows/config-document.js';
import type { PinnedJob } from './job-pin.js';
import { jobIdSchema } from './job-id.js';

export const pinnedJobAnswer = z.object({
  jobId: jobIdSchema,
  snapshotId: z.string(),
  version: z.int().min(0).describe("The configuration's version"),
  courseId: courseIdSchema
    .nullable()
    .describe('Whose overrides are pinned with the rows of all courses; `null`: those of every course are'),
  pinnedAt: z.iso.datetime(),
  isStale: z.boolean().describe('What was pinned was not known to be current'),
}) satisfies z.ZodType<PinnedJob>;
