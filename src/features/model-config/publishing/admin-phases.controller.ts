import { Body, Controller, Delete, Get, Headers, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers, readPrecondition } from '../../../platform/http/index.js';
import { languageSchema } from '../../../platform/language/index.js';
import { adminPhaseAnswer, adminPhasesAnswer, type AdminPhase } from './admin-row.answers.js';
import { toAdminPhase } from './admin-row.js';
import {
  contextTierSchema,
  courseIdSchema,
  phaseNameSchema,
  type PhaseKey,
} from '../rows/config-document.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigPublisher } from './config-publisher.js';
import { phaseEdit, removalQuery, waitQuery, type PhaseEdit } from './edit-body.js';
import { ModelConfigService } from '../model-config.service.js';
import { namePhaseKey } from '../rows/name-rows.js';
import { PublicationAnswers, type Answered } from './publication-answers.js';
import { Publishes, PublishesRow } from './publishes.decorator.js';
import { readEdit } from './read-edit.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';

const rowKey = {
  language: languageSchema.default('any'),
  tier: contextTierSchema.default('standard'),
  courseId: courseIdSchema.nullable().default(null),
};
const rowQuery = z.strictObject(rowKey);
const putQuery = z.strictObject({ ...rowKey, ...waitQuery });
const deleteQuery = z.strictObject({ ...rowKey, ...removalQuery });
type RowQuery = z.infer<typeof rowQuery>;
type PutQuery = z.infer<typeof putQuery>;
type DeleteQuery = z.infer<typeof deleteQuery>;

const keyOf = (phase: string, { language, tier, courseId }: RowQuery): PhaseKey => ({
  phase,
  courseId,
  language,
  contextTier: tier,
});

@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/phases')
export class AdminPhasesController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PublicationAnswers) private readonly answers: PublicationAnswers,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every phase row' })
  @Answers(adminPhasesAnswer)
  async list(): Promise<{ phases: AdminPhase[] }> {
    const { data } = await this.service.list();
    return { phases: rowsOf(data).phases.map(toAdminPhase) };
  }

  @Get(':phase')
  @ApiOperation({ summary: 'One phase row, exactly as named; its ETag is its version' })
  @Answers(adminPhaseAnswer, { headers: { ETag: 'Its version, which a change names' } })
  async get(
    @Param('phase', { schema: phaseNameSchema }) phase: string,
    @Query({ schema: rowQuery }) query: RowQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminPhase> {
    const name = namePhaseKey(keyOf(phase, query));
    const { data } = await this.service.list();
    const row = rowsOf(data).phases.find((each) => namePhaseKey(each) === name);
    if (row === undefined) throw ConfigNotFoundError.row(name);
    reply.header('etag', `"${row.version}"`);
    return toAdminPhase(row);
  }

  @Put(':phase')
  @ApiOperation({ summary: 'Publishes one phase row' })
  @PublishesRow('row')
  async put(
    @Param('phase', { schema: phaseNameSchema }) phase: string,
    @Query({ schema: putQuery }) query: PutQuery,
    @Body({ schema: phaseEdit }) { settings, ...edit }: PhaseEdit,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, ifNoneMatch);
    const publication = await this.publisher.putPhase(
      keyOf(phase, query),
      settings,
      expected,
      readEdit(request, 'edit', edit),
    );
    return this.answers.give(publication, reply, { isNew: expected === 'absent', wait: query.wait });
  }

  @Delete(':phase')
  @ApiOperation({ summary: 'Removes one phase row; what it answered is answered by the next that fits' })
  @ApiHeader({ name: 'If-Match', description: "The row's ETag" })
  @Publishes()
  async remove(
    @Param('phase', { schema: phaseNameSchema }) phase: string,
    @Query({ schema: deleteQuery }) query: DeleteQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, undefined);
    const edit = readEdit(request, 'edit', query);
    const publication = await this.publisher.removePhase(keyOf(phase, query), expected, edit);
    return this.answers.give(publication, reply, query);
  }
}
