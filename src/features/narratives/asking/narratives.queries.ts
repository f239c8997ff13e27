import { z } from 'zod';
import { userIdSchema } from '../../prompts/index.js';
import { isProfileShape } from '../narrative/is-profile-shape.js';
import { profileLimits } from '../narrative/profile-limits.js';

export const narrativeQuery = z.strictObject({
  userId: userIdSchema.optional().describe('Who it is for; of a token, by default its person'),
  allowFallback: z
    .enum(['true', 'false'])
    .default('true')
    .describe('Whether a text may stand in for a narrative that cannot be made now'),
});
export type NarrativeQuery = z.infer<typeof narrativeQuery>;

/** What is wrong in it is remembered and told as 422; this is what it has to be to be looked at at all. */
export const profileBody = z
  .record(z.string(), z.unknown())
  .refine(isProfileShape, `an object of at most ${profileLimits.depth} levels`);
