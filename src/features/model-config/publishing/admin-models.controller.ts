import { Body, Controller, Get, Headers, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerPublication } from './answer-publication.js';
import { toAdminModel, type AdminModel } from './admin-row.js';
import { modelIdSchema } from '../rows/config-document.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigPublisher, type Publication } from './config-publisher.js';
import { modelEdit, type ModelEdit } from './edit-body.js';
import { ModelConfigService } from '../model-config.service.js';
import { readPrecondition } from './row-precondition.js';

/** A model's id has a slash: it is the rest of the path, as it is or encoded. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/models')
export class AdminModelsController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The catalogue of models' })
  async list(): Promise<{ models: AdminModel[] }> {
    const { data } = await this.service.list();
    return { models: [...data.models.values()].map(toAdminModel) };
  }

  @Get('*')
  @ApiOperation({ summary: 'One model; its ETag is its version' })
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
  @ApiHeader({ name: 'If-Match', description: "The model's ETag; If-None-Match: * makes a new one" })
  async put(
    @Param('*', { schema: modelIdSchema }) id: string,
    @Body({ schema: modelEdit }) { settings, reason }: ModelEdit,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Publication> {
    const expected = readPrecondition(ifMatch, ifNoneMatch);
    const publication = await this.publisher.putModel(id, settings, expected, {
      author: request.identity!.name,
      reason,
    });
    return answerPublication(publication, expected, reply);
  }
}
