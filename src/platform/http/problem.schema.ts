import { z } from 'zod';
import type { Problem } from './problem.js';

/** A problem detail (RFC 9457), as every error is told. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe('The status in words'),
  status: z.int().min(400).max(599),
  detail: z.string().describe('What is wrong, for people'),
  code: z.string().describe('What is wrong, for programs'),
  requestId: z.string().describe('What the log has it under; also the header X-Request-Id'),
  faults: z
    .array(z.unknown())
    .readonly()
    .optional()
    .describe('Everything that is wrong, where it is more than one thing'),
}) satisfies z.ZodType<Problem>;
