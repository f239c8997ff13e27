export { isJsonType } from '../../adapters/http/is-json-type.js';
export type { UpstreamAnswer, UpstreamRequest } from '../../adapters/http/upstream-request.js';
export { UpstreamRequestError } from '../../adapters/http/upstream-request.error.js';
export { CONTENT_UPSTREAM, type Upstream } from './upstream.js';
export { UpstreamModule } from './upstream.module.js';
