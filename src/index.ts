export { AppError } from './core/index.js';
export { LastgoodModule } from './lastgood.module.js';
export {
  CatalogModule,
  CatalogNotFoundError,
  CatalogService,
  CatalogTooStaleError,
  CatalogUnavailableError,
  type Book,
  type BookConfig,
  type CatalogMeta,
  type CatalogRead,
  type CatalogReadOptions,
  type Publisher,
  type PublisherLogo,
} from './features/catalog/index.js';
export { ConfigInvalidError } from './features/model-config/validation/config-invalid.error.js';
export { ConfigNotFoundError } from './features/model-config/reading/config-not-found.error.js';
export { ConfigQueryError } from './features/model-config/reading/config-query.error.js';
export { ConfigTooStaleError } from './features/model-config/reading/config-too-stale.error.js';
export { ConfigUnavailableError } from './features/model-config/reading/config-unavailable.error.js';
export { ConfigPublisher, ModelConfigModule, ModelConfigService } from './features/model-config/index.js';
export { PromptManager, PromptsModule } from './features/prompts/index.js';
export { PinConflictError } from './features/model-config/pinning/pin-conflict.error.js';
export type { PinnedJob } from './features/model-config/pinning/job-pin.js';
export type { JudgePanel } from './features/model-config/reading/judge-panel.js';
export type { PhaseModel } from './features/model-config/reading/phase-model.js';
export type { PhaseQuery } from './features/model-config/reading/phase-query.js';
export {
  SignalPushes,
  SignalService,
  SignalsModule,
  type InferenceInputs,
  type InferenceRecord,
  type Signal,
  type SignalRef,
} from './features/signals/index.js';
export { REDIS_CLIENT } from './platform/cache/index.js';
export { parseConfig, type Settings } from './platform/config/index.js';
