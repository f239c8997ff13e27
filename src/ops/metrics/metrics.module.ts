import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { CatalogModule } from '../../features/catalog/index.js';
import { ModelConfigModule } from '../../features/model-config/index.js';
import { NarrativesModule } from '../../features/narratives/index.js';
import { SignalsOperatingModule } from '../../features/signals/operating/index.js';
import { AlertsMetrics, alertsMetrics } from './alerts.metrics.js';
import { CacheMetrics, cacheMetrics } from './cache.metrics.js';
import { CatalogMetrics, catalogMetrics } from './catalog.metrics.js';
import { DegradedMetrics, degradedMetrics } from './degraded.metrics.js';
import { HttpMetrics, httpMetrics } from './http.metrics.js';
import { LessonsMetrics, lessonsMetrics } from './lessons.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { ModelConfigMetrics, modelConfigMetrics } from './model-config.metrics.js';
import { NarrativesMetrics, narrativesMetrics } from './narratives.metrics.js';
import { SignalsMetrics, signalsMetrics } from './signals.metrics.js';

const prometheus = PrometheusModule.register({ path: '/metrics', controller: MetricsController });

/** `/metrics` on willsoto's module; its controller is ours, so the collectors have to stand beside it. */
@Module({
  imports: [
    {
      ...prometheus,
      imports: [ModelConfigModule, NarrativesModule, SignalsOperatingModule, CatalogModule],
      providers: [
        ...(prometheus.providers ?? []),
        ...modelConfigMetrics,
        ...degradedMetrics,
        ...cacheMetrics,
        ...httpMetrics,
        ...alertsMetrics,
        ...lessonsMetrics,
        ...narrativesMetrics,
        ...signalsMetrics,
        ...catalogMetrics,
        ModelConfigMetrics,
        DegradedMetrics,
        CacheMetrics,
        HttpMetrics,
        AlertsMetrics,
        LessonsMetrics,
        NarrativesMetrics,
        SignalsMetrics,
        CatalogMetrics,
      ],
    },
  ],
})
export class MetricsModule {}
