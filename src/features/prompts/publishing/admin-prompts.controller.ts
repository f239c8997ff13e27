import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Answers, BodyLimit } from '../../../platform/http/index.js';
import { nodeNameSchema } from '../prompt/prompt-names.js';
import {
  diffQuery,
  modeBody,
  oneLanguage,
  previewBody,
  removing,
  someLanguage,
  versionBody,
  versionNumberText,
  type ModeBody,
  type PreviewBody,
  type Removing,
  type VersionBody,
} from './prompt-body.js';
import {
  previewAnswer,
  promptDiffAnswer,
  promptListAnswer,
  promptVersionAnswer,
  promptVersionsAnswer,
  type Preview,
  type PromptDiff,
  type PromptList,
  type PromptVersion,
  type PromptVersions,
} from './prompt-catalog.answers.js';
import { PromptCatalog } from './prompt-catalog.service.js';
import { readPromptEdit } from './prompt-edit.js';
import { PromptPreviewer } from './prompt-previewer.js';
import { PromptPublisher } from './prompt-publisher.js';
import {
  modePublicationAnswer,
  removalPublicationAnswer,
  versionPublicationAnswer,
  type ModePublication,
  type RemovalPublication,
  type VersionPublication,
} from './prompt-publishing.answers.js';

/** A template of 64 KB, each character of it escaped. */
const templateBytes = 1_024 * 1_024;
/** The same, and a context of 1 MB. */
const previewBytes = 7 * 1_024 * 1_024;

/** Prompts and their versions (PR-8). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/prompts')
export class AdminPromptsController {
  constructor(
    @Inject(PromptCatalog) private readonly catalog: PromptCatalog,
    @Inject(PromptPublisher) private readonly publisher: PromptPublisher,
    @Inject(PromptPreviewer) private readonly previewer: PromptPreviewer,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every prompt that is not removed, with its labels' })
  @Answers(promptListAnswer)
  list(): Promise<PromptList> {
    return this.catalog.list();
  }

  @Post('preview')
  @BodyLimit(previewBytes)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'What a template, or a stored version, says of a context; nothing is stored' })
  @Answers(previewAnswer)
  preview(@Body({ schema: previewBody }) body: PreviewBody): Promise<Preview> {
    return this.previewer.preview(body);
  }

  @Get(':node')
  @ApiOperation({ summary: 'Its versions, who made them when and why, and its labels' })
  @Answers(promptVersionsAnswer)
  versions(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Query({ schema: someLanguage }) { language }: z.infer<typeof someLanguage>,
  ): Promise<PromptVersions> {
    return this.catalog.versions(nodeName, language ?? null);
  }

  @Get(':node/versions/:version')
  @ApiOperation({ summary: 'The whole text of a version' })
  @Answers(promptVersionAnswer)
  version(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Param('version', { schema: versionNumberText }) version: number,
    @Query({ schema: oneLanguage }) { language }: z.infer<typeof oneLanguage>,
  ): Promise<PromptVersion> {
    return this.catalog.version({ nodeName, language }, version);
  }

  @Get(':node/diff')
  @ApiOperation({ summary: 'What differs between two versions' })
  @Answers(promptDiffAnswer)
  diff(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Query({ schema: diffQuery }) { from, to, language }: z.infer<typeof diffQuery>,
  ): Promise<PromptDiff> {
    return this.catalog.diff({ nodeName, language }, from, to);
  }

  @Post(':node/versions')
  @BodyLimit(templateBytes)
  @ApiOperation({
    summary:
      'Makes a version, which never changes, and moves labels to it; `production` is an admin’s to move',
  })
  @Answers(versionPublicationAnswer, { status: 201, description: 'The version is new' })
  @Answers(versionPublicationAnswer, { description: 'The newest version says the same' })
  async create(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Body({ schema: versionBody }) { reason, template, ...rest }: VersionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VersionPublication> {
    const draft = { nodeName, body: template, ...rest };
    const publication = await this.publisher.createVersion(draft, readPromptEdit(request, reason));
    reply.status(publication.isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return publication;
  }

  @Delete(':node')
  @ApiOperation({ summary: 'Removes a prompt in one language: it is not found from now on' })
  @Answers(removalPublicationAnswer)
  remove(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Query({ schema: removing }) { language, reason }: Removing,
    @Req() request: FastifyRequest,
  ): Promise<RemovalPublication> {
    return this.publisher.remove({ nodeName, language }, readPromptEdit(request, reason));
  }

  @Put(':node/mode')
  @ApiOperation({ summary: 'For which share of people its prompts are rendered where they are asked for' })
  @Answers(modePublicationAnswer)
  setMode(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Body({ schema: modeBody }) { localShare, reason }: ModeBody,
    @Req() request: FastifyRequest,
  ): Promise<ModePublication> {
    return this.publisher.setMode(nodeName, localShare, readPromptEdit(request, reason));
  }
}
