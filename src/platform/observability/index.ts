export { createLogger } from './create-logger.js';
export { DegradedState, type Alarmed } from './degraded-state.js';
export { EventBus } from './event-bus.js';
export { LOGGER, ObservabilityModule, REPORT } from './observability.module.js';
export { PinoLoggerService } from './pino-logger.service.js';
export { probeScope } from './probe-scope.js';
export { Throttle } from './throttle.js';
