export { ClusterModule } from './cluster.module.js';
export { CoherenceProbe } from './coherence-probe.js';
export type { Instance } from './instance.js';
export { InstancesService } from './instances.service.js';
