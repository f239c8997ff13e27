import { z } from 'zod';
import { anyLanguage, languageSchema } from '../../../platform/language/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { labelSchema, nodeNameSchema, productionLabel, userIdSchema } from '../prompt/prompt-names.js';
import type { PromptQuery } from '../prompt/prompt-query.js';

/** Which prompt, and whose. */
export interface PromptSubject {
  readonly nodeName: string;
  /** An integer of up to 64 bits, or a string. Left out or `null`: nobody's settings. */
  readonly userId?: string | number | bigint | null;
  /** A BCP 47 tag; less specific templates stand in. Default `any`. */
  readonly language?: string;
  /** Default `production`. */
  readonly label?: string;
}

export interface PromptRequest extends PromptSubject {
  /** The moment's content: plain JSON, at most 1 MB. Default: none. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Milliseconds for all attempts; by default the manager's. */
  readonly deadlineMs?: number;
}

const schema = z.object({
  nodeName: nodeNameSchema,
  userId: userIdSchema.nullable(),
  language: languageSchema,
  label: labelSchema,
});

/** Checking takes longer than rendering: those that were in order lately are known by what was asked. */
const known = new Map<string, PromptQuery>();
const mostKnown = 1_000;

/** @throws PromptInvalidError naming every field that is not in order */
export function toPromptQuery(subject: PromptSubject): PromptQuery {
  const { nodeName, userId = null, language = anyLanguage, label = productionLabel } = subject;
  // A NUL is in no name that is in order, so that no two queries share a text.
  const asked = `${nodeName}\0${typeof userId}${userId}\0${language}\0${label}`;
  const held = known.get(asked);
  if (held !== undefined) return held;
  const query = check({ nodeName, userId, language, label });
  if (known.size >= mostKnown) known.clear();
  known.set(asked, query);
  return query;
}

function check({ userId, ...names }: Required<PromptSubject>): PromptQuery {
  const id = typeof userId === 'bigint' ? String(userId) : userId;
  const { success, data, error } = schema.safeParse({ ...names, userId: id });
  if (success) return Object.freeze(data);
  const faults = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new PromptInvalidError('request', faults);
}
