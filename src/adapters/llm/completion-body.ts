import type OpenAI from 'openai';
import { z } from 'zod';
import type { LlmRequest } from './llm-request.js';

/** What is sent for a request. */
export function completionBody<T>(
  request: LlmRequest<T>,
): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
  const { modelId, messages, temperature, maxTokens, answer } = request;
  return {
    model: modelId,
    messages: messages.map(({ role, content }) => ({ role, content })),
    temperature,
    // The name that every upstream knows; OpenAI's newer one is known to few others.
    max_tokens: maxTokens,
    ...(answer !== undefined && {
      response_format: {
        type: 'json_schema' as const,
        // What goes into the schema is what the model writes.
        json_schema: { name: answer.name, schema: z.toJSONSchema(answer.schema, { io: 'input' }) },
      },
    }),
  };
}
