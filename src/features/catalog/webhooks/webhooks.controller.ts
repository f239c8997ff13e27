import { Controller, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers, AnswersProblem, BodyLimit, RawBody } from '../../../platform/http/index.js';
import { eventNames } from '../views/catalog-event.js';
import { WebhookReceiver } from './webhook-receiver.service.js';
import { webhookReceipt, type WebhookReceipt } from './webhooks.answers.js';

const mostBytes = 65_536;
const text = { type: 'string' } as const;

/** Where the content service tells of changes (CT-4). Open by role: a signature over the raw bytes is what lets in. */
@ApiTags('webhooks')
@Controller('webhooks/catalog')
export class WebhooksController {
  constructor(@Inject(WebhookReceiver) private readonly receiver: WebhookReceiver) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @BodyLimit(mostBytes)
  @RawBody()
  @ApiOperation({
    summary: 'Takes a signed event of the content service; 2xx once it is committed. Again does no harm',
  })
  @ApiHeader({
    name: 'webhook-id',
    required: false,
    description: 'The same each time it is sent',
    schema: text,
  })
  @ApiHeader({ name: 'webhook-timestamp', required: false, description: 'Seconds since 1970', schema: text })
  @ApiHeader({
    name: 'webhook-signature',
    required: false,
    description: '`v1,<base64>` by Standard Webhooks, several with spaces between them',
    schema: text,
  })
  @ApiHeader({
    name: 'X-Webhook-Signature',
    required: false,
    description: '`sha256=<hex>` of the body, in the place of those three; where that form is taken',
    schema: text,
  })
  @ApiBody({
    description: 'At most 64 KiB; fields beyond these are not looked at',
    schema: {
      type: 'object',
      required: ['event', 'timestamp', 'data'],
      properties: {
        event: { type: 'string', enum: [...eventNames] },
        timestamp: { type: 'string', format: 'date-time' },
        data: {
          type: 'object',
          required: ['id'],
          properties: { id: text, publisher_id: { type: 'string', nullable: true } },
        },
      },
    },
  })
  @Answers(webhookReceipt, { description: 'It is kept, or was before' })
  @AnswersProblem(HttpStatus.UNAUTHORIZED, 'Not signed, not by a secret that is known here, or not now')
  @AnswersProblem(
    HttpStatus.UNPROCESSABLE_ENTITY,
    'Signed, and no event that is known here: nothing was kept',
  )
  @AnswersProblem(HttpStatus.SERVICE_UNAVAILABLE, 'It may not have been kept: send it again, by Retry-After')
  take(@Req() { headers, body }: FastifyRequest): Promise<WebhookReceipt> {
    return this.receiver.receive({ headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) });
  }
}
