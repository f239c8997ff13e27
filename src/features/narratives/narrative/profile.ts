import { z } from 'zod';
import { profileLimits } from './profile-limits.js';

/** Blanks stand only between words: what looks alike is alike. */
const visible = /^[^\s\p{C}]+( [^\s\p{C}]+)*$/u;
const name = z
  .string()
  .min(1)
  .max(profileLimits.nameLength)
  .regex(visible, 'visible characters, with single blanks between words');

const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

const hdData = z.strictObject({
  type: name,
  authority: name,
  profile: name,
  centers: z.array(name).max(profileLimits.centers).refine(distinct, 'each center once'),
  gates: z.array(z.int().min(1).max(64)).max(profileLimits.gates).refine(distinct, 'each gate once'),
});

export const tooManySystems = `at most ${profileLimits.systems} systems`;
const percentages = z
  .record(name, z.number().min(0).max(100))
  .refine((shares) => Object.keys(shares).length > 0, 'at least one system')
  .refine((shares) => Object.keys(shares).length <= profileLimits.systems, tooManySystems)
  .describe('The share of each system, 0 to 100');

/** A profile that a narrative can be made of. */
export const profileSchema = z
  .strictObject({
    classification: z.enum(['primary', 'hybrid', 'unresolved']),
    primary: name.optional().describe('One of the percentages; needed where the classification is `primary`'),
    hybrid: z
      .tuple([name, name])
      .refine(distinct, 'two different systems')
      .optional()
      .describe('Two of the percentages, in any order; needed where the classification is `hybrid`'),
    percentages,
    hdData,
  })
  .superRefine(({ classification, primary, hybrid, percentages: shares }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (classification === 'primary' && primary === undefined) fault(['primary'], 'must be there');
    if (classification === 'hybrid' && hybrid === undefined) fault(['hybrid'], 'must be there');
    const isMissing = (system: string) => !Object.hasOwn(shares, system);
    if (primary !== undefined && isMissing(primary)) fault(['primary'], 'must be one of the percentages');
    for (const [index, system] of (hybrid ?? []).entries())
      if (isMissing(system)) fault(['hybrid', index], 'must be one of the percentages');
  });
