import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../../../platform/audit/index.js';
import { Answers } from '../../../platform/http/index.js';
import {
  cleanupAnswer,
  flushAnswer,
  flushBody,
  warmAnswer,
  warmBody,
  type CleanupWire,
  type FlushBody,
  type FlushWire,
  type WarmBody,
  type WarmWire,
} from './admin-signals.schemas.js';
import { BriefWarming } from './brief-warming.service.js';
import { SignalCleanup } from './signal-cleanup.service.js';
import { SignalFleet } from './signal-fleet.service.js';
import { SignalFlushes } from './signal-flushes.service.js';
import { fleetStatsSchema, type FleetStats } from './signal-stats.schemas.js';

/** Signals, for operators (SI-7, SI-8, SI-10). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/signals')
export class AdminSignalsController {
  constructor(
    @Inject(SignalFleet) private readonly fleet: SignalFleet,
    @Inject(SignalFlushes) private readonly flushes: SignalFlushes,
    @Inject(SignalCleanup) private readonly cleanup: SignalCleanup,
    @Inject(BriefWarming) private readonly warming: BriefWarming,
  ) {}

  @Get('stats')
  @ApiOperation({ summary: 'What all processes hold of each type, how often it is hit, and how old it is' })
  @Answers(fleetStatsSchema)
  readStats(): Promise<FleetStats> {
    return this.fleet.read();
  }

  @Post('flush')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Removes signals from every tier of every process: a type, a game, a source' })
  @Answers(flushAnswer)
  async flush(
    @Body({ schema: flushBody }) { type, where, reason }: FlushBody,
    @Req() request: FastifyRequest,
  ): Promise<FlushWire> {
    const question = { ...(type !== undefined && { type }), ...(where !== undefined && { where }) };
    return { flushed: await this.flushes.flush(question, { call: callOf(request), reason }) };
  }

  @Post('cleanup')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: "Cleans the disk of this process's signals now, or waits for the run under way" })
  @Answers(cleanupAnswer)
  async clean(): Promise<CleanupWire> {
    const cleaned = await this.cleanup.run();
    if (cleaned === null) return { cleaned };
    const { expired, evicted, isComplete, ms } = cleaned;
    return { cleaned: { expired, evicted, isComplete, ms } };
  }

  @Post('warm')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Loads in advance what games will ask for, for 20 s at most' })
  @Answers(warmAnswer)
  warm(@Body({ schema: warmBody }) { games }: WarmBody): Promise<WarmWire> {
    return this.warming.run(games);
  }
}
