import type { Provider } from '@nestjs/common';
import { NarrativeAnalytics } from './narrative-analytics.service.js';
import { NarrativeReports } from './narrative-reports.service.js';
import { NarrativeRequestRepository } from './narrative-request.repository.js';
import { NarrativeStats } from './narrative-stats.service.js';
import { NarrativeUpkeep } from './narrative-upkeep.service.js';

/** Of `NarrativesModule`, which exports `NarrativeAnalytics`, `NarrativeReports` and `NarrativeStats`. */
export const analyticsProviders: Provider[] = [
  NarrativeRequestRepository,
  NarrativeAnalytics,
  NarrativeReports,
  NarrativeStats,
  NarrativeUpkeep,
];
