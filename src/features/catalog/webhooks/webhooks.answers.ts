import { z } from 'zod';
import { eventNames } from '../views/catalog-event.js';

const pointForm = '`epoch:version` of the stream `catalog`: who has reached it has applied the event';

export const webhookReceipt = z.object({
  status: z.enum(['accepted', 'duplicate']).describe('`duplicate`: it had been accepted before'),
  id: z.string(),
  version: z.string().describe(pointForm),
});

export type WebhookReceipt = z.infer<typeof webhookReceipt>;

export const webhookStatus = z.enum(['pending', 'done', 'failed']);

export const webhookLogAnswer = z.object({
  webhooks: z.array(
    z.object({
      id: z.string(),
      event: z.enum(eventNames),
      subjectId: z.string().describe('Of the publisher or book'),
      publisherId: z.string().nullable(),
      scopes: z.array(z.string()).describe('What it marked stale'),
      sentAt: z.iso.datetime().describe('By its sender'),
      receivedAt: z.iso.datetime(),
      status: webhookStatus.describe(
        '`done`: the views that its receiver held were loaded since; `failed`: not all of them became so',
      ),
      attempts: z.int().min(1),
      error: z.string().nullable(),
      settledAt: z.iso.datetime().nullable(),
    }),
  ),
  next: z.string().nullable().describe('The `before` of the next page'),
});

export type WebhookLogAnswer = z.infer<typeof webhookLogAnswer>;

export const replayAnswer = z.object({
  id: z.string(),
  status: z.literal('pending'),
  version: z.string().describe(pointForm),
});

export type ReplayAnswer = z.infer<typeof replayAnswer>;
