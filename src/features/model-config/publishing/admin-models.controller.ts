import { Body, Controller, Delete, Get, Headers, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, readPrecondition } from '../../../platform/http/index.js';
import { adminModelAnswer, adminModelsAnswer, type AdminModel } from './admin-row.answers.js';
import { toAdminModel } from './admin-row.js';
import { modelIdSchema } from '../rows/config-document.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigPublisher } from './config-publisher.js';
import { modelEdit, removing, waiting, type ModelEdit, type Removing, type Waiting } from './edit-body.js';
import { ModelConfigService } from '../model-config.service.js';
import { PublicationAnswers, type Answered } from './publication-answers.js';
import { Publishes, PublishesRow } from './publishes.decorator.js';
import { readEdit } from './read-edit.js';

/** A model's id has a slash: it is the rest of the path, as it is or encoded. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/models')
export class AdminModelsController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PublicationAnswers) private readonly answers: PublicationAnswers,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The catalogue of models' })
  @Answers(adminModelsAnswer)
  async list(): Promise<{ models: AdminModel[] }> {
    const { data } = await this.service.list();
    return { models: [...data.models.values()].map(toAdminModel) };
  }

  @Get('*')
  @ApiOperation({ summary: 'One model; its ETag is its version' })
  @Answers(adminModelAnswer, { headers: { ETag: 'Its version, which a change names' } })
  async get(
    @Param('*', { schema: modelIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminModel> {
    const { data } = await this.service.list();
    const model = data.models.get(id);
    if (model === undefined) throw ConfigNotFoundError.model(id);
    reply.header('etag', `"${model.version}"`);
    return toAdminModel(model);
  }

  @Put('*')
  @ApiOperation({ summary: 'Publishes one model' })
  @PublishesRow('model')
  async put(
    @Param('*', { schema: modelIdSchema }) id: string,
    @Query({ schema: waiting }) { wait }: Waiting,
    @Body({ schema: modelEdit }) { settings, ...edit }: ModelEdit,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, ifNoneMatch);
    const publication = await this.publisher.putModel(
      id,
      settings,
      expected,
      readEdit(request, 'edit', edit),
    );
    return this.answers.give(publication, reply, { isNew: expected === 'absent', wait });
  }

  @Delete('*')
  @ApiOperation({ summary: 'Removes one model that no row names' })
  @ApiHeader({ name: 'If-Match', description: "The model's ETag" })
  @Publishes()
  async remove(
    @Param('*', { schema: modelIdSchema }) id: string,
    @Query({ schema: removing }) query: Removing,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, undefined);
    const publication = await this.publisher.removeModel(id, expected, readEdit(request, 'edit', query));
    return this.answers.give(publication, reply, query);
  }
}
