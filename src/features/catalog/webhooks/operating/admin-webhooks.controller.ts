import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../../../../platform/audit/index.js';
import { Answers } from '../../../../platform/http/index.js';
import {
  replayAnswer,
  webhookLogAnswer,
  type ReplayAnswer,
  type WebhookLogAnswer,
} from '../webhooks.answers.js';
import {
  replayBody,
  webhookIdSchema,
  webhooksQuery,
  type ReplayBody,
  type WebhooksQuery,
} from './admin-webhooks.schemas.js';
import { WebhookLog } from './webhook-log.service.js';
import { WebhookReplays } from './webhook-replays.service.js';

/** Webhooks, for operators (CT-5). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/catalog/webhooks')
export class AdminWebhooksController {
  constructor(
    @Inject(WebhookLog) private readonly log: WebhookLog,
    @Inject(WebhookReplays) private readonly replays: WebhookReplays,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The webhooks that were accepted, newest first, and what became of them' })
  @Answers(webhookLogAnswer)
  list(@Query({ schema: webhooksQuery }) query: WebhooksQuery): Promise<WebhookLogAnswer> {
    return this.log.list(query);
  }

  @Post(':id/replay')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Marks stale in every process what a webhook told of, as when it came' })
  @Answers(replayAnswer)
  replay(
    @Param('id', { schema: webhookIdSchema }) id: string,
    @Body({ schema: replayBody }) { reason }: ReplayBody,
    @Req() request: FastifyRequest,
  ): Promise<ReplayAnswer> {
    return this.replays.replay(id, reason, callOf(request));
  }
}
