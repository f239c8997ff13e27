import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { AnswersText } from '../../platform/http/index.js';
import { AlertsMetrics } from './alerts.metrics.js';
import { CacheMetrics } from './cache.metrics.js';
import { CatalogMetrics } from './catalog.metrics.js';
import { DegradedMetrics } from './degraded.metrics.js';
import { LessonsMetrics } from './lessons.metrics.js';
import { ModelConfigMetrics } from './model-config.metrics.js';
import { NarrativesMetrics } from './narratives.metrics.js';
import { SignalsMetrics } from './signals.metrics.js';

/** Prometheus text; what is counted as plain integers is read here, once a scrape. */
@ApiTags('metrics')
@ApiBearerAuth()
@Controller()
export class MetricsController extends PrometheusController {
  constructor(
    @Inject(ModelConfigMetrics) private readonly modelConfig: ModelConfigMetrics,
    @Inject(DegradedMetrics) private readonly degraded: DegradedMetrics,
    @Inject(CacheMetrics) private readonly cache: CacheMetrics,
    @Inject(AlertsMetrics) private readonly alerts: AlertsMetrics,
    @Inject(LessonsMetrics) private readonly lessons: LessonsMetrics,
    @Inject(NarrativesMetrics) private readonly narratives: NarrativesMetrics,
    @Inject(SignalsMetrics) private readonly signals: SignalsMetrics,
    @Inject(CatalogMetrics) private readonly catalog: CatalogMetrics,
  ) {
    super();
  }

  @Get()
  @ApiOperation({ summary: 'Metrics in the Prometheus text format' })
  @AnswersText('text/plain', 'In the text format, version 0.0.4')
  override index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.modelConfig.collect();
    this.degraded.collect();
    this.cache.collect();
    this.alerts.collect();
    this.lessons.collect();
    this.narratives.collect();
    this.signals.collect();
    this.catalog.collect();
    return super.index(reply);
  }
}
