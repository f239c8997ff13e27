import { z } from 'zod';
import { describeIssue, readYaml } from '../../../platform/documents/index.js';
import { idPartForm, isIdPart } from '../types/key-of.js';
import type { Game } from './game.js';
import { GamesInvalidError } from './games-invalid.error.js';

const mostGames = 10_000;
const mostListed = 100;

const part = z
  .union([z.string(), z.int().transform(String)], `must be ${idPartForm}`)
  .refine(isIdPart, `must be ${idPartForm}`);
const list = z
  .array(part, 'must be a text or a list of texts')
  .max(mostListed, `must have at most ${mostListed} parts`);
const fieldName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'the name of a field must match ^[a-z][a-z0-9_]{0,31}$');
const field = z.unknown().transform((input, context): string | readonly string[] => {
  const read = (Array.isArray(input) ? list : part).safeParse(input);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
const game = z.record(fieldName, field, 'must be a map of fields');

/** `{ games: [{ game_id: g1, books: [dk, fd] }] }`, as a file or a request has it. */
export const gamesSchema = z.strictObject({
  games: z.array(game, 'must be a list of games').max(mostGames, `must be at most ${mostGames} games`),
});

/**
 * Reads a file of games.
 * @throws GamesInvalidError with every fault
 */
export function readGames(text: string): readonly Game[] {
  const { value, faults } = readYaml(text);
  if (faults.length > 0) throw new GamesInvalidError(faults);
  const read = gamesSchema.safeParse(value, { reportInput: true });
  if (!read.success) throw new GamesInvalidError(read.error.issues.map(describeIssue));
  return read.data.games;
}
