import { alertsMetrics } from './alerts.metrics.js';
import { auditMetrics } from './audit.metrics.js';
import { breakGlassMetrics } from './break-glass.metrics.js';
import { breakerMetrics } from './breaker.metrics.js';
import { cacheMetrics } from './cache.metrics.js';
import { catalogMetrics } from './catalog.metrics.js';
import { coherenceMetrics } from './coherence.metrics.js';
import { databaseMetrics } from './database.metrics.js';
import { degradedMetrics } from './degraded.metrics.js';
import { httpMetrics } from './http.metrics.js';
import { lessonsMetrics } from './lessons.metrics.js';
import { modelConfigMetrics } from './model-config.metrics.js';
import { narrativesMetrics } from './narratives.metrics.js';
import { signalsMetrics } from './signals.metrics.js';
import { volumeMetrics } from './volume.metrics.js';

/** Every metric of ours, in the order of `docs/metrics.md`, by what it is about. */
export const metricDefinitions = {
  'The process': [...degradedMetrics, ...alertsMetrics, ...httpMetrics, ...volumeMetrics],
  'Model configuration': modelConfigMetrics,
  Caches: cacheMetrics,
  Coherence: coherenceMetrics,
  'The database': databaseMetrics,
  Audit: [...auditMetrics, ...breakGlassMetrics],
  'Models and content': breakerMetrics,
  Lessons: lessonsMetrics,
  Narratives: narrativesMetrics,
  Signals: signalsMetrics,
  Catalogue: catalogMetrics,
};
