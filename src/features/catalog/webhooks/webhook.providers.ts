import type { Provider, Type } from '@nestjs/common';
import { WebhookEventRepository } from './keeping/webhook-event.repository.js';
import { WebhookInbox } from './keeping/webhook-inbox.service.js';
import { WebhookLooks } from './looking/webhook-looks.service.js';
import { WebhookUpkeep } from './looking/webhook-upkeep.service.js';
import { AdminWebhooksController } from './operating/admin-webhooks.controller.js';
import { WebhookLog } from './operating/webhook-log.service.js';
import { WebhookReplays } from './operating/webhook-replays.service.js';
import { WebhookReceiver } from './webhook-receiver.service.js';
import { WebhooksController } from './webhooks.controller.js';

/** What takes webhooks in, looks after them, and shows them to operators. */
export const webhookProviders: Provider[] = [
  WebhookEventRepository,
  WebhookLooks,
  WebhookInbox,
  WebhookReceiver,
  WebhookUpkeep,
  WebhookLog,
  WebhookReplays,
];
export const webhookControllers: Type[] = [WebhooksController, AdminWebhooksController];
