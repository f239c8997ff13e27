import type { LlmMessage } from '../../../platform/llm/index.js';

const bytesPerToken = 4;

/**
 * About how many tokens a prompt has: a token is four characters of English by OpenAI's rule of thumb, and so four
 * bytes; Cyrillic, of two bytes a character, has about twice as many for the same length.
 */
export function estimateTokens(messages: readonly LlmMessage[]): number {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return Math.ceil(bytes / bytesPerToken);
}
