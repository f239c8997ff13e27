import { Body, Controller, HttpCode, HttpStatus, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Reader } from '../../../core/index.js';
import { etagMatches, minVersionHeader, readMinVersion } from '../../../platform/cache/index.js';
import { Answers, AnswersNothing, AnswersProblem, BodyLimit } from '../../../platform/http/index.js';
import { assertMayAskFor } from '../../../platform/security/index.js';
import { PromptReads } from '../manager/prompt-reads.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import {
  generatedPromptAnswer,
  promptDataAnswer,
  type GeneratedPromptAnswer,
  type PromptDataAnswer,
} from '../prompt/prompt-wire.js';
import { labelRendered } from '../rendering/label-rendered.js';
import { answerPromptData, metaOf } from './prompt-data-answer.js';
import { promptHeaders } from './prompt-headers.js';
import { PromptVersions } from './prompt-versions.js';
import { PROMPT_TEMPLATES_READER } from './prompt-readers.js';
import {
  generatePromptRequest,
  promptDataRequest,
  queryOf,
  type PromptDataRequest,
} from './prompt-requests.js';

/** A context of 1 MB, each of its characters escaped, and all else. */
const generateLimitBytes = 7 * 1_024 * 1_024;

const headers = {
  ETag: 'Weak: it names all of the answer but `meta`',
  Age: 'Seconds since the database last confirmed the older part',
  'Cache-Control': 'How long a stale answer may be used, which is the word of the template',
  'Cache-Status': 'RFC 9211: hit or miss, what is left of `cache_ttl`, and the reason of `meta`',
};
const noSuchTemplate = 'There is no such template, under this label, in this language or a less specific one';

/** Prompts for pipelines: made here (PR-2), or what they are made of (PR-3). */
@ApiTags('prompts')
@ApiBearerAuth()
@ApiHeader({ name: minVersionHeader, required: false, description: 'The least version, as `epoch:version`' })
@Controller('api/v1')
export class PromptsController {
  constructor(
    @Inject(PromptReads) private readonly reads: PromptReads,
    @Inject(PromptVersions) private readonly versions: PromptVersions,
    @Inject(PROMPT_TEMPLATES_READER) private readonly templates: Reader<PromptTemplate>,
  ) {}

  @Post('prompt-data')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'What a prompt is made of besides its content' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of an earlier answer' })
  @Answers(promptDataAnswer, { headers })
  @AnswersNothing(304, 'What the ETag names is what would be answered', headers)
  @AnswersProblem(404, noSuchTemplate)
  async data(
    @Body({ schema: promptDataRequest }) body: PromptDataRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PromptDataAnswer | undefined> {
    const data = await this.read(body, request);
    const { etag, answer } = answerPromptData(data);
    reply.headers({ etag, ...promptHeaders(data, this.templates.cache.policy) });
    if (!etagMatches(request.headers['if-none-match'], etag)) return answer;
    reply.status(HttpStatus.NOT_MODIFIED);
    return undefined;
  }

  @Post('generate-prompt')
  @HttpCode(HttpStatus.OK)
  @BodyLimit(generateLimitBytes)
  @ApiOperation({ summary: 'A prompt, to be used now: it is kept nowhere' })
  @Answers(generatedPromptAnswer, { headers: { 'Cache-Control': '`no-store`' } })
  @AnswersProblem(404, noSuchTemplate)
  async generate(
    @Body({ schema: generatePromptRequest }) { context, ...body }: z.infer<typeof generatePromptRequest>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GeneratedPromptAnswer> {
    const data = await this.read(body, request);
    const rendered = labelRendered(data, context);
    reply.header('cache-control', 'no-store');
    return {
      node_name: rendered.nodeName,
      language: rendered.language,
      template_version: rendered.templateVersion,
      prompt: rendered.prompt,
      system: rendered.system,
      used_placeholders: [...rendered.usedPlaceholders],
      meta: metaOf(rendered),
    };
  }

  private async read(body: PromptDataRequest, request: FastifyRequest): Promise<LabelledPromptData> {
    const query = queryOf(body);
    assertMayAskFor(request.identity!, query.userId);
    await this.versions.reach(query, readMinVersion(request.headers));
    return this.reads.peek(query) ?? (await this.reads.read(query));
  }
}
