import { z } from 'zod';
import type { ReadResult } from '../../../core/index.js';
import { promptDataAnswer } from '../prompt/prompt-wire.js';
import { profileCategories } from './prompt-library.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import type { Written } from '../publishing/prompt-writes.js';

const { meta } = promptDataAnswer.shape;

/** How far a read may be trusted, as it stands on the wire. */
export const metaOf = ({ source, reason, isStale, age }: ReadResult<unknown>): z.infer<typeof meta> => ({
  source,
  reason,
  is_stale: isStale,
  age_ms: Math.round(age),
});

const person = {
  user_id: z.string(),
  placeholders: z.record(z.string(), z.string()).describe('What this person set, by name'),
};

export const settingsAnswer = z.object({ ...person, meta });
export type SettingsAnswer = z.infer<typeof settingsAnswer>;

export const settingsWrittenAnswer = z.object({
  ...person,
  min_version: z.string().describe('`epoch:version`, what a read may name as its least version'),
  served: z.boolean().describe('The process that answers serves it already'),
});
export type SettingsWrittenAnswer = z.infer<typeof settingsWrittenAnswer>;

export const settingsWritten = (
  userId: string,
  { result, minVersion, served }: Written<PersonSettings>,
): SettingsWrittenAnswer => ({ user_id: userId, placeholders: result, min_version: minVersion, served });

const named = { name: z.string(), description: z.string() };

export const placeholdersAnswer = z.object({
  placeholders: z.array(
    z.object({ ...named, values: z.record(z.string(), z.string()).describe('Texts to set it to, by name') }),
  ),
  meta,
});

export const profilesAnswer = z.object({
  profiles: z.array(
    z.object({
      ...named,
      category: z.enum(profileCategories),
      values: z.record(z.string(), z.string()).describe('By placeholder: the name of one of its values'),
    }),
  ),
  meta,
});

/** Of a change that an admin makes to the library. */
export const libraryWrittenAnswer = z.object({
  changed: z.boolean().describe('`false`: it stood like this already'),
  minVersion: z.string().describe('`epoch:version`, what a read may name as its least version'),
  served: z.boolean().describe('The process that answers serves it already'),
});
export type LibraryWrittenAnswer = z.infer<typeof libraryWrittenAnswer>;

export const libraryWritten = ({ isChange, minVersion, served }: Written<unknown>): LibraryWrittenAnswer => ({
  changed: isChange,
  minVersion,
  served,
});
