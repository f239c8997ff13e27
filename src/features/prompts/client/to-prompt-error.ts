import { z } from 'zod';
import { UnavailableError } from '../../../core/index.js';
import { PlaceholderConflictError } from '../prompt/placeholder-conflict.error.js';
import { PlaceholdersMissingError } from '../prompt/placeholders-missing.error.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import { PromptServiceRefusedError } from './prompt-service-refused.error.js';
import type { ServiceAnswer } from './service-client.js';

const problemSchema = z.object({
  code: z.string().max(100),
  detail: z.string().optional(),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
type Problem = z.infer<typeof problemSchema>;

/** They pass: a time-out, too early, too many requests. */
const passing = new Set([408, 425, 429]);

/** What the service said in place of an answer, as the error that it would have been here. */
export function toPromptError(answer: ServiceAnswer, query: PromptQuery, nowMs = Date.now()): Error {
  const { status, headers } = answer;
  const problem = problemSchema.safeParse(answer.body).data ?? null;
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), nowMs);
  const same = problem && sameError(problem, query, retryAfterMs);
  if (same) return same;
  const isRefused = status >= 400 && status < 500 && !passing.has(status);
  if (isRefused) return new PromptServiceRefusedError(status, problem?.code ?? null);
  const why = problem === null ? '' : ` (${problem.code})`;
  return new UnavailableError(`The prompt service answered ${status}${why}`, retryAfterMs);
}

function sameError(
  { code, detail = '', faults = [] }: Problem,
  query: PromptQuery,
  retryAfterMs: number,
): Error | null {
  const { nodeName } = query;
  const namesOf = (place: string) =>
    faults.filter(({ path }) => path.startsWith(place)).map(({ path }) => path.slice(place.length));
  switch (code) {
    case 'prompt-not-found':
      return new PromptNotFoundError(query);
    case 'prompt-placeholders-missing': {
      const missing = { dynamic: namesOf('context.'), settings: namesOf('placeholders.') };
      return new PlaceholdersMissingError(nodeName, missing);
    }
    case 'prompt-placeholder-conflict':
      return new PlaceholderConflictError(nodeName, namesOf('context.'));
    case 'prompt-invalid':
      return new PromptInvalidError(nodeName, faults);
    case 'prompt-too-large': {
      const [, field = 'request', limit = 'what the service takes'] =
        /^(\w+): may have at most ([^]{1,200})$/.exec(detail) ?? [];
      return new PromptTooLargeError(field, limit);
    }
    case 'prompt-too-stale':
      return new PromptTooStaleError(query, Number(/(\d+) ms old/.exec(detail)?.[1] ?? 0), retryAfterMs);
    default:
      return null;
  }
}

/** RFC 9110, 10.2.3: seconds or a date; milliseconds here, 0 where it says neither. */
function parseRetryAfter(text: string | null, nowMs: number): number {
  if (text === null) return 0;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? 0 : Math.max(0, moment - nowMs);
}
