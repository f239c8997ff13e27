import { z } from 'zod';
import { reasonSchema } from '../../../../platform/http/index.js';
import { eventNames } from '../../views/catalog-event.js';
import { catalogIdText } from '../../views/catalog-id.js';
import { webhookStatus } from '../webhooks.answers.js';

const mostAtOnce = 200;
const usualPage = 50;

export const webhookIdSchema = z
  .string()
  .regex(/^[!-~]{1,200}$/, '1 to 200 characters of printable ASCII, no space');

/** Where a page ended: µs since 1970, and the id. */
const cursor = z
  .string()
  .regex(/^\d{1,16}_[!-~]{1,200}$/, 'the `next` of the page before')
  .transform((text) => {
    const at = text.indexOf('_');
    return { receivedMicros: Number(text.slice(0, at)), id: text.slice(at + 1) };
  });

export const webhooksQuery = z.strictObject({
  status: webhookStatus.optional(),
  event: z.enum(eventNames).optional(),
  id: webhookIdSchema.optional().describe('Of the webhook'),
  subject: catalogIdText.optional().describe('Id of the publisher or book'),
  limit: z.coerce.number().int().min(1).max(mostAtOnce).default(usualPage),
  before: cursor.optional(),
});

export type WebhooksQuery = z.infer<typeof webhooksQuery>;

export const replayBody = z.strictObject({ reason: reasonSchema });

export type ReplayBody = z.infer<typeof replayBody>;
