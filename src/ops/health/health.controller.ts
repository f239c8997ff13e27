import {
  Controller,
  Get,
  Inject,
  Res,
  ServiceUnavailableException,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Answers, Draining } from '../../platform/http/index.js';
import { DegradedState } from '../../platform/observability/index.js';
import { detailAnswer, liveAnswer, readyAnswer } from './health.answers.js';
import { DegradedIndicator } from './degraded.indicator.js';

/** Probes (MC-20). Every answer comes from memory: no dependency can make one slow. */
@ApiTags('health')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(DegradedIndicator) private readonly indicator: DegradedIndicator,
    @Inject(DegradedState) private readonly state: DegradedState,
    @Inject(Draining) private readonly draining: Draining,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @Answers(liveAnswer)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary:
      'Configuration can be served, stale included; 503 before, past its last limit, and while draining',
  })
  @Answers(readyAnswer)
  ready(): { status: 'ready'; mode: string } {
    if (this.draining.hasBegun) throw new ServiceUnavailableException('This process is shutting down');
    if (!this.state.canServe())
      throw new ServiceUnavailableException(
        'There is no configuration to serve, or it is past its last limit',
      );
    return { status: 'ready', mode: this.state.view().status };
  }

  @Get()
  @ApiBearerAuth()
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @Answers(detailAnswer)
  @Answers(detailAnswer, { status: 503, description: 'Not all that must be served can be' })
  @ApiOperation({ summary: 'What is degraded, since when and why' })
  async detail(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    try {
      return await this.health.check([() => this.indicator.check()]);
    } catch (error) {
      // Terminus throws what it found, and the reasons matter most where nothing can be served.
      if (!(error instanceof ServiceUnavailableException)) throw error;
      reply.status(503);
      return error.getResponse() as HealthCheckResult;
    }
  }

  beforeApplicationShutdown(): void {
    this.draining.begin();
  }
}
