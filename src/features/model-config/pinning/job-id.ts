import { z } from 'zod';
import { ConfigQueryError } from '../reading/config-query.error.js';

const form = '1 to 200 visible characters: no spaces, no control characters';

/** Names a job. Counted in characters, as Postgres counts them. */
export const jobIdSchema = z.string().regex(/^[^\p{C}\p{Z}]{1,200}$/u, form);

/** @throws ConfigQueryError */
export function checkJobId(jobId: string): void {
  if (!jobIdSchema.safeParse(jobId).success)
    throw new ConfigQueryError('jobId', `must be ${form}; got ${JSON.stringify(jobId)?.slice(0, 250)}`);
}
