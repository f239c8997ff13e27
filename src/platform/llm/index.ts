export type { LlmAnswer, LlmAttempt, LlmUsage } from '../../adapters/llm/llm-answer.js';
export { LlmCallError } from '../../adapters/llm/llm-call.error.js';
export { LlmClient } from '../../adapters/llm/llm-client.js';
export type { LlmFailure } from '../../adapters/llm/llm-failure.js';
export { LlmNotConfiguredError } from '../../adapters/llm/llm-not-configured.error.js';
export type { AnswerForm, LlmMessage, LlmRequest } from '../../adapters/llm/llm-request.js';
export { LlmModule } from './llm.module.js';
