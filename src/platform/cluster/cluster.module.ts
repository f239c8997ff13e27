import { Global, Module } from '@nestjs/common';
import { CoherenceProbe } from './coherence-probe.js';
import { InstancesService } from './instances.service.js';

/** The processes that share a database. */
@Global()
@Module({ providers: [InstancesService, CoherenceProbe], exports: [InstancesService, CoherenceProbe] })
export class ClusterModule {}
