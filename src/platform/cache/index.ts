export { CacheCoreModule } from './cache-core.module.js';
export { CoherenceService } from './coherence.service.js';
export type { Repeatable } from './labelled.js';
export { NamespaceRegistry } from './namespace-registry.js';
export { SwrInterceptor } from './swr.interceptor.js';
export { minVersionHeader } from './min-version.js';
