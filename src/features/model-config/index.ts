export { ConfigPublisher } from './publishing/config-publisher.js';
export { MODEL_CONFIG_READER, modelConfigNamespace, snapshotKey } from './model-config.policy.js';
export { ModelConfigHttpModule } from './model-config-http.module.js';
export { ModelConfigModule } from './model-config.module.js';
export { ModelConfigService } from './model-config.service.js';
export { readConfigDocument } from './documents/read-config-document.js';
export { configStream } from './snapshot/snapshot.repository.js';
