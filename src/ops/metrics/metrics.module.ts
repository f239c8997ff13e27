import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { CatalogModule } from '../../features/catalog/index.js';
import { ModelConfigModule } from '../../features/model-config/index.js';
import { NarrativesModule } from '../../features/narratives/index.js';
import { SignalsOperatingModule } from '../../features/signals/operating/index.js';
import { UpstreamModule } from '../../platform/upstream/index.js';
import { HttpMetrics } from './http.metrics.js';
import { METRIC_COLLECTORS, metricCollectors, type MetricCollector } from './metric-collectors.js';
import { metricDefinitions } from './metric-definitions.js';
import { MetricsController } from './metrics.controller.js';

const prometheus = PrometheusModule.register({ path: '/metrics', controller: MetricsController });

/** `/metrics` on willsoto's module; its controller is ours, so the collectors have to stand beside it. */
@Module({
  imports: [
    {
      ...prometheus,
      imports: [ModelConfigModule, NarrativesModule, SignalsOperatingModule, CatalogModule, UpstreamModule],
      providers: [
        ...(prometheus.providers ?? []),
        ...Object.values(metricDefinitions).flat(),
        ...metricCollectors,
        HttpMetrics,
        {
          provide: METRIC_COLLECTORS,
          inject: metricCollectors,
          useFactory: (...collectors: MetricCollector[]) => collectors,
        },
      ],
    },
  ],
})
export class MetricsModule {}
