import { z } from 'zod';

/** Why something is changed, as history and audit tell it. */
export const reasonSchema = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'text without control characters');
