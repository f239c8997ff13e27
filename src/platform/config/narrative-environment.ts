import { z } from 'zod';
import { setting } from './setting.js';

/** What narratives are made by. */
export const narrativeEnvironment = {
  ENGINE_VERSION: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,32}$/, '1 to 32 letters, digits, ".", "_" and "-"')
      .default('1'),
    'Part of the key of every narrative: with another one, all of them are made anew',
    '1',
  ),
  PROMPT_HASH: setting(
    z
      .string()
      .regex(/^([0-9a-f]{10}|none)$/, '10 digits of 0-9 and a-f, or "none"')
      .transform((text) => (text === 'none' ? null : text))
      .default(null),
    'Takes the place, in the key of narratives, of the hash of their prompt and of the row of their phase',
    'none',
  ),
};
