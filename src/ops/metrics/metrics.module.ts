import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { ModelConfigModule } from '../../features/model-config/index.js';
import { DegradedMetrics, degradedMetrics } from './degraded.metrics.js';
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
        ModelConfigMetrics,
        DegradedMetrics,
      ],
    },
  ],
})
export class MetricsModule {}
