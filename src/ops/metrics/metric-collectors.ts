import { AlertsMetrics } from './alerts.metrics.js';
import { AuditMetrics } from './audit.metrics.js';
import { BreakGlassMetrics } from './break-glass.metrics.js';
import { BreakerMetrics } from './breaker.metrics.js';
import { CacheMetrics } from './cache.metrics.js';
import { CatalogMetrics } from './catalog.metrics.js';
import { CoherenceMetrics } from './coherence.metrics.js';
import { DatabaseMetrics } from './database.metrics.js';
import { DegradedMetrics } from './degraded.metrics.js';
import { LessonsMetrics } from './lessons.metrics.js';
import { ModelConfigMetrics } from './model-config.metrics.js';
import { NarrativesMetrics } from './narratives.metrics.js';
import { SignalsMetrics } from './signals.metrics.js';
import { VolumeMetrics } from './volume.metrics.js';

/** Reads figures when it is scraped. Waits for nothing and does not throw. */
export interface MetricCollector {
  collect(): void;
}

/** Injects one of each. */
export const METRIC_COLLECTORS = Symbol('METRIC_COLLECTORS');

export const metricCollectors = [
  ModelConfigMetrics,
  DegradedMetrics,
  CacheMetrics,
  CoherenceMetrics,
  DatabaseMetrics,
  AuditMetrics,
  BreakGlassMetrics,
  BreakerMetrics,
  VolumeMetrics,
  AlertsMetrics,
  LessonsMetrics,
  NarrativesMetrics,
  SignalsMetrics,
  CatalogMetrics,
];
