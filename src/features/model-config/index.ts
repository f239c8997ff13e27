export type { CallContext } from './calling/call-context.js';
export type { CallRecord } from './calling/call-record.js';
export { CallsFailedError } from './calling/calls-failed.error.js';
export type { Candidate } from './calling/candidate.js';
export { estimateTokens } from './calling/estimate-tokens.js';
export { ModelCallingModule } from './calling/model-calling.module.js';
export { ModelChain, type ChainAnswer, type Question } from './calling/model-chain.js';
export { ModelsExhaustedError } from './calling/models-exhausted.error.js';
export { PhaseCaller } from './calling/phase-caller.js';
export { readConfigDocument, validateConfigDocument } from './documents/read-config-document.js';
export { renderConfigDocument } from './documents/render-config-document.js';
export {
  MODEL_CONFIG_READER,
  modelConfigNamespace,
  snapshotKey,
  STARTS_WITHOUT_CONFIG,
} from './model-config.policy.js';
export { ModelConfigHttpModule } from './model-config-http.module.js';
export { ModelConfigModule } from './model-config.module.js';
export { ModelConfigService } from './model-config.service.js';
export { keepForNextStart } from './operator/keep-for-next-start.js';
export { ConfigUnavailableError } from './reading/config-unavailable.error.js';
export type { JudgePanel } from './reading/judge-panel.js';
export { ConfigPlanner, type PlannedChange } from './publishing/config-planner.service.js';
export { ConfigPublisher } from './publishing/config-publisher.js';
export { proposeDocument } from './publishing/propose-document.js';
export type { JudgeRow, Snapshot as ConfigSnapshot } from './snapshot/snapshot.js';
export { configStream } from './snapshot/snapshot.repository.js';
