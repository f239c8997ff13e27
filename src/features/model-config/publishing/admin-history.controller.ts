import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers, readPrecondition } from '../../../platform/http/index.js';
import {
  historyAnswer,
  historyDiffAnswer,
  type HistoryDiff,
  type HistoryVersion,
} from './history.answers.js';
import { ConfigHistory } from './config-history.service.js';
import { ConfigPublisher } from './config-publisher.js';
import { rollbackBody, waiting, type RollbackBody, type Waiting } from './edit-body.js';
import { PublicationAnswers, type Answered } from './publication-answers.js';
import { Publishes } from './publishes.decorator.js';
import { readEdit } from './read-edit.js';

const versionSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'a version: a whole number of at most 15 digits')
  .transform(Number);
const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: versionSchema.optional(),
});

/** Every change of the configuration, and the way back (MC-16). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/history')
export class AdminHistoryController {
  constructor(
    @Inject(ConfigHistory) private readonly history: ConfigHistory,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PublicationAnswers) private readonly answers: PublicationAnswers,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The changes, the newest first; `before` is the last version of the page before' })
  @Answers(historyAnswer)
  async list(
    @Query({ schema: pageQuery }) { limit, before }: z.infer<typeof pageQuery>,
  ): Promise<{ versions: HistoryVersion[] }> {
    return { versions: await this.history.list(limit, before ?? null) };
  }

  @Get(':version/diff')
  @ApiOperation({ summary: 'What one change did to each row' })
  @Answers(historyDiffAnswer)
  diff(@Param('version', { schema: versionSchema }) version: number): Promise<HistoryDiff> {
    return this.history.diff(version);
  }

  @Post(':version/rollback')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary:
      'Has the configuration again as it stood at a version, as a new version; `only` names rows and panels',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version that the rollback is meant for' })
  @Publishes()
  async rollback(
    @Param('version', { schema: versionSchema }) version: number,
    @Query({ schema: waiting }) { wait }: Waiting,
    @Body({ schema: rollbackBody }) { only, ...edit }: RollbackBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = ifMatch === undefined ? null : readPrecondition(ifMatch, undefined);
    const publication = await this.publisher.rollback(version, readEdit(request, 'rollback', edit), {
      only,
      expected,
    });
    return this.answers.give(publication, reply, { wait });
  }
}
