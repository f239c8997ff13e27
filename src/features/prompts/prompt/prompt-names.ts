import { z } from 'zod';

const name = /^[a-z][a-z0-9_]{0,99}$/;
const maxInt64 = 2n ** 63n;

/** What LiquidJS reads as a value of its own. */
const reserved = new Set(['true', 'false', 'nil', 'null', 'empty', 'blank', 'forloop', 'tablerowloop']);

export const nodeNameSchema = z.string().regex(name, 'a node name: a-z, 0-9 and _, at most 100 characters');

export const placeholderNameSchema = z
  .string()
  .regex(name, 'the name of a placeholder: a-z, 0-9 and _, at most 100 characters')
  .refine((text) => !reserved.has(text), 'a word that templates use themselves');

/** Of a profile, and of a value of a placeholder: templates do not name them. */
export const libraryNameSchema = z.string().regex(name, 'a name: a-z, 0-9 and _, at most 100 characters');

export const labelSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'a label: a-z, 0-9, _ and -, at most 63 characters');

/** The label that is read where none is named, and that admins alone may move. */
export const productionLabel = 'production';

/** A person, as a 64-bit integer or a string; an integer becomes its digits. */
export const userIdSchema = z
  .union([z.int(), z.string()], {
    error: 'a string, or an integer of at most 2^53 - 1; a larger one is written as a string',
  })
  .transform(String)
  .pipe(
    z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\s\p{Cc}\p{Cs}]+$/u, 'visible characters alone')
      .refine(
        (id) => !/^-?\d+$/.test(id) || isInt64(id),
        'an integer has at most 64 bits and no leading zeros',
      ),
  );

function isInt64(digits: string): boolean {
  const value = BigInt(digits.slice(0, 21));
  return value.toString() === digits && value >= -maxInt64 && value < maxInt64;
}
