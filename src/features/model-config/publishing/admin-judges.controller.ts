import { Body, Controller, Get, Headers, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerPublication } from './answer-publication.js';
import { toJudgeSettings } from './admin-row.js';
import { languageSchema, type PanelSettings } from '../rows/config-document.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigPublisher, panelVersion, type Publication } from './config-publisher.js';
import { panelEdit, type PanelEdit } from './edit-body.js';
import { ModelConfigService } from '../model-config.service.js';
import { readPrecondition } from './row-precondition.js';

interface AdminPanel {
  readonly language: string;
  readonly version: number;
  readonly settings: PanelSettings;
}

@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/judges')
export class AdminJudgesController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
  ) {}

  @Get(':language')
  @ApiOperation({ summary: 'The panel of exactly this language; its ETag is its version' })
  async get(
    @Param('language', { schema: languageSchema }) language: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminPanel> {
    const { data } = await this.service.list();
    const panel = data.panels.get(language);
    if (panel === undefined) throw ConfigNotFoundError.judges(language);
    const { primary, secondary, tiebreaker } = panel;
    const version = panelVersion({ judges: [primary, secondary, tiebreaker] }, language)!;
    reply.header('etag', `"${version}"`);
    const settings = {
      primary: toJudgeSettings(primary),
      secondary: toJudgeSettings(secondary),
      tiebreaker: toJudgeSettings(tiebreaker),
    };
    return { language, version, settings };
  }

  @Put(':language')
  @ApiOperation({ summary: 'Publishes a whole panel' })
  @ApiHeader({ name: 'If-Match', description: "The panel's ETag; If-None-Match: * makes a new panel" })
  async put(
    @Param('language', { schema: languageSchema }) language: string,
    @Body({ schema: panelEdit }) { settings, reason }: PanelEdit,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Publication> {
    const expected = readPrecondition(ifMatch, ifNoneMatch);
    const publication = await this.publisher.putPanel(language, settings, expected, {
      author: request.identity!.name,
      reason,
    });
    return answerPublication(publication, expected, reply);
  }
}
