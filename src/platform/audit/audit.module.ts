import { Global, Module } from '@nestjs/common';
import { AuditCallsService } from './audit-calls.service.js';
import { AuditLogService } from './audit-log.service.js';

/** Who did what. */
@Global()
@Module({ providers: [AuditLogService, AuditCallsService], exports: [AuditLogService, AuditCallsService] })
export class AuditModule {}
