import { z } from 'zod';
import { AttemptFault } from './attempt-fault.js';
import type { LlmUsage } from './llm-answer.js';

/** More than any model takes: who counts more makes no sense, and sums of it fit in no column. */
const mostTokens = 100_000_000;
const tokens = z.int().min(0).max(mostTokens);
const text = z.string().nullish().catch(null);
/** A name goes into tables and terminals; what is none is as good as not said. */
const name = z.string().regex(/^[^\p{Cc}]{1,200}$/u);

/** What is needed of an answer; what is only nice to know may be missing or wrong. */
const completionSchema = z.object({
  model: name.nullish().catch(null),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
  choices: z.array(
    z.object({ finish_reason: text, message: z.object({ content: text, refusal: text }).nullish() }),
  ),
});

export interface ReadCompletion {
  readonly text: string;
  readonly isCut: boolean;
  /** `null`: it does not say. */
  readonly servedModel: string | null;
  readonly usage: LlmUsage | null;
}

/**
 * The text of an answer.
 * @throws AttemptFault `upstream-failed` for what is not in the API's form, `answer-invalid` where there is no text
 */
export function readCompletion(body: unknown): ReadCompletion {
  const { success, data } = completionSchema.safeParse(body);
  if (!success) throw new AttemptFault('upstream-failed', 'the answer is not in the form of the API');
  const usage = data.usage
    ? { inputTokens: data.usage.prompt_tokens, outputTokens: data.usage.completion_tokens }
    : null;
  const [choice] = data.choices;
  const ending = choice?.finish_reason;
  if (ending === 'error') throw new AttemptFault('upstream-failed', 'the answer broke off', { usage });
  const missing = whyMissing(choice);
  if (missing !== null) throw new AttemptFault('answer-invalid', missing, { usage });
  return {
    text: choice?.message?.content ?? '',
    isCut: ending === 'length',
    servedModel: data.model ?? null,
    usage,
  };
}

function whyMissing(choice: z.infer<typeof completionSchema>['choices'][number] | undefined): string | null {
  if (choice === undefined) return 'the answer holds no choice';
  if (choice.message?.refusal) return 'the model declined to answer';
  if (choice.finish_reason === 'content_filter') return 'the answer was filtered';
  if ((choice.message?.content ?? '').trim() === '') return 'the answer holds no text';
  return null;
}
