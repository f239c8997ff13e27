export { AlertsModule } from './alerts.module.js';
export { AlertsService } from './alerts.service.js';
export type { ThresholdAlert } from './threshold-alert.js';
