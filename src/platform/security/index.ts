export { ForbiddenError } from './access.error.js';
export { AdminThrottle } from './admin-throttle.js';
export { admissionHook } from './admission.hook.js';
export { ApiKeyRepository } from './api-key.repository.js';
export { Authenticator } from './authenticator.js';
export type { ListedKey } from './listed-key.js';
export { RateLimitedError } from './rate-limited.error.js';
export { roles, type Role } from './role.js';
export { SecurityModule } from './security.module.js';
