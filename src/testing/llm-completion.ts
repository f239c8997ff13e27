import type { LlmUpstreamCall } from './llm-upstream-call.js';

const bytesPerToken = 4;
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);

/** What may differ from a good answer. */
export interface CompletionParts {
  readonly model?: string;
  readonly content?: string | null;
  readonly refusal?: string;
  readonly finishReason?: string;
  readonly hasChoices?: boolean;
  readonly hasUsage?: boolean;
}

/** An answer in the form of the API; its usage counts a token for four bytes, of the prompt and of the text. */
export function renderCompletion(call: LlmUpstreamCall, text: string, parts: CompletionParts = {}): string {
  const { model = call.model, content = text, refusal = null, finishReason = 'stop' } = parts;
  const { hasChoices = true, hasUsage = true } = parts;
  const prompt = tokensOf(call.messages.map(({ content: asked }) => asked).join(''));
  const written = tokensOf(content ?? refusal ?? '');
  const message = { role: 'assistant', content, refusal };
  return JSON.stringify({
    id: 'chatcmpl-rehearsal',
    object: 'chat.completion',
    created: Math.floor(call.receivedAt / 1_000),
    model,
    choices: hasChoices ? [{ index: 0, finish_reason: finishReason, message }] : [],
    ...(hasUsage && {
      usage: { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written },
    }),
  });
}

/** An error in the form of the API. */
export const renderApiError = (message: string, code: string): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } });
