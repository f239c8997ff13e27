import { Body, Controller, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Point } from '../../../core/index.js';
import { minVersionHeader, readMinVersion } from '../../../platform/cache/index.js';
import { Answers, toProblem } from '../../../platform/http/index.js';
import { LOGGER } from '../../../platform/observability/index.js';
import { assertMayAskFor } from '../../../platform/security/index.js';
import { PromptReads } from '../manager/prompt-reads.js';
import { promptBatchAnswer, type PromptBatchAnswer } from '../prompt/prompt-wire.js';
import { answerPromptData } from './prompt-data-answer.js';
import { promptBatchRequest, queryOf, type PromptDataRequest } from './prompt-requests.js';
import { PromptVersions } from './prompt-versions.js';

type Result = PromptBatchAnswer['results'][number];

/** Warms the cache of a client in one call (PR-3). */
@ApiTags('prompts')
@ApiBearerAuth()
@Controller('api/v1/prompt-data/batch')
export class PromptBatchController {
  constructor(
    @Inject(PromptReads) private readonly reads: PromptReads,
    @Inject(PromptVersions) private readonly versions: PromptVersions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'What up to 100 prompts are made of, in the order they were asked for' })
  @ApiHeader({
    name: minVersionHeader,
    required: false,
    description: 'The least version of each, as `epoch:version`',
  })
  @Answers(promptBatchAnswer)
  async batch(
    @Body({ schema: promptBatchRequest }) { requests }: z.infer<typeof promptBatchRequest>,
    @Req() request: FastifyRequest,
  ): Promise<PromptBatchAnswer> {
    const wanted = readMinVersion(request.headers);
    return { results: await Promise.all(requests.map((each) => this.answer(each, wanted, request))) };
  }

  private async answer(
    each: PromptDataRequest,
    wanted: Point | null,
    request: FastifyRequest,
  ): Promise<Result> {
    const query = queryOf(each);
    try {
      assertMayAskFor(request.identity!, query.userId);
      await this.versions.reach(query, wanted);
      const { etag, answer } = answerPromptData(this.reads.peek(query) ?? (await this.reads.read(query)));
      return { status: HttpStatus.OK, etag, data: answer };
    } catch (error) {
      const { id: requestId, routeOptions } = request;
      const { status, code, detail } = toProblem(error, requestId, routeOptions.bodyLimit ?? 0);
      if (code === 'internal') this.logger.error({ err: error, requestId }, 'unforeseen error');
      return { status, problem: { code, detail } };
    }
  }
}
