import { Global, Module } from '@nestjs/common';
import { AuditWatch } from './audit-watch.js';

/** Not for the CLI, which lives for a moment. */
@Global()
@Module({ providers: [AuditWatch], exports: [AuditWatch] })
export class AuditWatchModule {}
