export type {
  AnswerFacts,
  ConditionalAnswer,
  ConditionalRequest,
} from '../../adapters/http/conditional-request.js';
export { postJson, type Posted } from '../../adapters/http/post-json.js';
export { SourceRequestError } from '../../adapters/http/source-request.error.js';
export { SOURCE_CLIENT, type SourceClient } from './source-client.js';
export { SourcesModule } from './sources.module.js';
