import { Body, Controller, Delete, Get, Headers, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, readPrecondition } from '../../../platform/http/index.js';
import { languageSchema } from '../../../platform/language/index.js';
import { adminPanelAnswer, type AdminPanel } from './admin-row.answers.js';
import { pickSettings } from '../rows/pick-settings.js';
import { judgeSettingsSchema } from '../rows/config-document.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import { ConfigPublisher, panelVersion } from './config-publisher.js';
import { panelEdit, removing, waiting, type PanelEdit, type Removing, type Waiting } from './edit-body.js';
import { ModelConfigService } from '../model-config.service.js';
import { PublicationAnswers, type Answered } from './publication-answers.js';
import { Publishes, PublishesRow } from './publishes.decorator.js';
import { readEdit } from './read-edit.js';

@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/judges')
export class AdminJudgesController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PublicationAnswers) private readonly answers: PublicationAnswers,
  ) {}

  @Get(':language')
  @ApiOperation({ summary: 'The panel of exactly this language; its ETag is its version' })
  @Answers(adminPanelAnswer, { headers: { ETag: 'Its version, which a change names' } })
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
      primary: pickSettings(judgeSettingsSchema, primary),
      secondary: pickSettings(judgeSettingsSchema, secondary),
      tiebreaker: pickSettings(judgeSettingsSchema, tiebreaker),
      independenceWaiver: primary.independenceWaiver,
    };
    return { language, version, settings };
  }

  @Put(':language')
  @ApiOperation({ summary: 'Publishes a whole panel' })
  @PublishesRow('panel')
  async put(
    @Param('language', { schema: languageSchema }) language: string,
    @Query({ schema: waiting }) { wait }: Waiting,
    @Body({ schema: panelEdit }) { settings, ...edit }: PanelEdit,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, ifNoneMatch);
    const publication = await this.publisher.putPanel(
      language,
      settings,
      expected,
      readEdit(request, 'edit', edit),
    );
    return this.answers.give(publication, reply, { isNew: expected === 'absent', wait });
  }

  @Delete(':language')
  @ApiOperation({ summary: 'Removes a whole panel' })
  @ApiHeader({ name: 'If-Match', description: "The panel's ETag" })
  @Publishes()
  async remove(
    @Param('language', { schema: languageSchema }) language: string,
    @Query({ schema: removing }) query: Removing,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const expected = readPrecondition(ifMatch, undefined);
    const publication = await this.publisher.removePanel(
      language,
      expected,
      readEdit(request, 'edit', query),
    );
    return this.answers.give(publication, reply, query);
  }
}
