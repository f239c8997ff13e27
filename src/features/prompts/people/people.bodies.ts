import { z } from 'zod';
import { reasonSchema as reason } from '../../../platform/http/index.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { libraryNameSchema, placeholderNameSchema } from '../prompt/prompt-names.js';
import { profileCategories } from './prompt-library.js';

/** As many texts as there may be, each as long as it may be, all of them written in JSON's longest way. */
export const textsBodyBytes = promptLimits.placeholders * promptLimits.settingBytes * 6 + 65_536;

/** What the texts may be is told with everything else that is wrong with them (`checkSettings`). */
export const settingsBody = z.strictObject({ placeholders: z.record(z.string(), z.string()) });
export const applyBody = z.strictObject({ profile: libraryNameSchema });

const description = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .regex(/^[^\0\p{Cs}]*$/u, 'text that can be stored');

const most = (values: object) => Object.keys(values).length <= promptLimits.placeholders;
const tooMany = `at most ${promptLimits.placeholders} values`;

export const placeholderBody = z.strictObject({
  description,
  values: z.record(libraryNameSchema, z.string()).refine(most, tooMany),
  reason,
});
export const profileBody = z.strictObject({
  category: z.enum(profileCategories),
  description,
  values: z.record(placeholderNameSchema, libraryNameSchema).refine(most, tooMany),
  reason,
});
/** A DELETE has no body: what it says of itself stands in its query. */
export const removalQuery = z.strictObject({ reason });

export type SettingsBody = z.infer<typeof settingsBody>;
export type ApplyBody = z.infer<typeof applyBody>;
export type PlaceholderBody = z.infer<typeof placeholderBody>;
export type ProfileBody = z.infer<typeof profileBody>;
export type RemovalQuery = z.infer<typeof removalQuery>;
