import {
  Controller,
  Get,
  Inject,
  ServiceUnavailableException,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
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
  @ApiOperation({ summary: 'Configuration can be served, stale included; 503 before, and while draining' })
  @Answers(readyAnswer)
  ready(): { status: 'ready'; mode: string } {
    if (this.draining.hasBegun) throw new ServiceUnavailableException('This process is shutting down');
    if (!this.state.canServe())
      throw new ServiceUnavailableException('There is no configuration to serve yet');
    return { status: 'ready', mode: this.state.view().status };
  }

  @Get()
  @ApiBearerAuth()
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @Answers(detailAnswer)
  @ApiOperation({ summary: 'What is degraded, since when and why' })
  detail(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.check()]);
  }

  beforeApplicationShutdown(): void {
    this.draining.begin();
  }
}
