export { appendAudit } from './append-audit.js';
export { AuditLogService } from './audit-log.service.js';
export { AuditModule } from './audit.module.js';
export { auditHook } from './audit.hook.js';
export { AuditCallsService } from './audit-calls.service.js';
export { authorOf, callOf, localCall, type Call } from './call.js';
export { sha256Of } from './sha256-of.js';
