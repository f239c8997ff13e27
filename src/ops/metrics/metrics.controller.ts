import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { AnswersText } from '../../platform/http/index.js';
import { METRIC_COLLECTORS, type MetricCollector } from './metric-collectors.js';

/** Prometheus text; what is counted as plain integers is read here, once a scrape. */
@ApiTags('metrics')
@ApiBearerAuth()
@Controller()
export class MetricsController extends PrometheusController {
  constructor(@Inject(METRIC_COLLECTORS) private readonly collectors: readonly MetricCollector[]) {
    super();
  }

  @Get()
  @ApiOperation({ summary: 'Metrics in the Prometheus text format' })
  @AnswersText('text/plain', 'In the text format, version 0.0.4')
  override index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    for (const each of this.collectors) each.collect();
    return super.index(reply);
  }
}
