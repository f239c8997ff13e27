import type { OutageAlert } from './outage-alert.js';
import type { ThresholdAlert } from './threshold-alert.js';

/** What people are told of who watch no dashboard. */
export type Alert = OutageAlert | ThresholdAlert;
