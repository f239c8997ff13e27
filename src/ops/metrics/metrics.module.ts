import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { ModelConfigModule } from '../../features/model-config/index.js';
import { AlertsMetrics, alertsMetrics } from './alerts.metrics.js';
import { CacheMetrics, cacheMetrics } from './cache.metrics.js';
import { DegradedMetrics, degradedMetrics } from './degraded.metrics.js';
import { HttpMetrics, httpMetrics } from './http.metrics.js';
import { LessonsMetrics, lessonsMetrics } from './lessons.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { ModelConfigMetrics, modelConfigMetrics } from './model-config.metrics.js';

const prometheus = PrometheusModule.register({ path: '/metrics', controller: MetricsController });

/** `/metrics` on willsoto's module; its controller is ours, so the collectors have to stand beside it. */
@Module({
  imports: [
    {
      ...prometheus,
      imports: [ModelConfigModule],
      providers: [
        ...(prometheus.providers ?? []),
        ...modelConfigMetrics,
        ...degradedMetrics,
        ...cacheMetrics,
        ...httpMetrics,
        ...alertsMetrics,
        ...lessonsMetrics,
        ModelConfigMetrics,
        DegradedMetrics,
        CacheMetrics,
        HttpMetrics,
        AlertsMetrics,
        LessonsMetrics,
      ],
    },
  ],
})
export class MetricsModule {}
