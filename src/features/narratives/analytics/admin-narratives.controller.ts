import { Controller, Delete, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Clock } from '../../../core/index.js';
import { callOf } from '../../../platform/audit/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Answers } from '../../../platform/http/index.js';
import { userIdSchema } from '../../prompts/index.js';
import { erasureAnswer, type ErasureAnswer } from '../erasing/erasure.answers.js';
import { NarrativeErasure } from '../erasing/narrative-erasure.service.js';
import {
  analyticsAnswer,
  narrativeStatsAnswer,
  type AnalyticsAnswer,
  type NarrativeStatsAnswer,
} from './analytics.answers.js';
import { NarrativeReports } from './narrative-reports.service.js';
import { NarrativeStats } from './narrative-stats.service.js';
import { periodQuery, readPeriod } from './read-period.js';

/** Narratives, for operators (NA-8); each route also under the path it was asked for by. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller(['api/v1/narratives', 'api/narrative'])
export class AdminNarrativesController {
  constructor(
    @Inject(NarrativeStats) private readonly stats: NarrativeStats,
    @Inject(NarrativeReports) private readonly reports: NarrativeReports,
    @Inject(NarrativeErasure) private readonly erasure: NarrativeErasure,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('stats')
  @ApiOperation({ summary: 'What is held of narratives and how often it is hit; engine and prompt' })
  @Answers(narrativeStatsAnswer)
  readStats(): Promise<NarrativeStatsAnswer> {
    return this.stats.read();
  }

  @Get('analytics')
  @ApiOperation({
    summary: 'What was asked in a period of at most 92 days, how long it took, what it cost and saved',
  })
  @Answers(analyticsAnswer)
  async analytics(
    @Query({ schema: periodQuery }) query: z.infer<typeof periodQuery>,
  ): Promise<AnalyticsAnswer> {
    return this.reports.read(readPeriod(query, this.clock.wall()));
  }

  @Delete('user/:userId')
  @ApiOperation({
    summary: 'Forgets a person: what they asked, and the narratives that nobody else asked for',
  })
  @Answers(erasureAnswer)
  erase(
    @Param('userId', { schema: userIdSchema }) userId: string,
    @Req() request: FastifyRequest,
  ): Promise<ErasureAnswer> {
    return this.erasure.erase(userId, callOf(request));
  }
}
