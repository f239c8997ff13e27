import { Global, Module } from '@nestjs/common';
import { InstancesService } from './instances.service.js';

/** The processes that share a database. */
@Global()
@Module({ providers: [InstancesService], exports: [InstancesService] })
export class ClusterModule {}
