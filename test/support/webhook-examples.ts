import {
  webhookReceipt,
  webhookLogAnswer,
  replayAnswer,
} from '../../src/features/catalog/webhooks/webhooks.answers.js';
import { byAdmin, byViewer, reason, type Example } from './answer-example.js';
import type { HttpClient } from './http-client.js';
import { sendWebhook, webhookOf } from './webhook-sender.js';

const kept = 'msg_example';
const log = '/admin/catalog/webhooks';
const { headers, body } = webhookOf('book.updated', { id: '1', publisher_id: '2' }, kept);

/** One webhook, and another one that the log has a second page for. */
export async function keepExampleWebhooks(lastgood: HttpClient): Promise<void> {
  await sendWebhook(lastgood, webhookOf('publisher.deleted', { id: '2' }));
  await sendWebhook(lastgood, { headers, body });
}

export const webhookExamples: Example[] = [
  [
    'POST /webhooks/catalog',
    '/webhooks/catalog',
    { as: null, method: 'POST', headers, body: String(body) },
    webhookReceipt,
    200,
  ],
  ['GET /admin/catalog/webhooks', log, byViewer, webhookLogAnswer, 200],
  ['GET /admin/catalog/webhooks', `${log}?limit=1&status=pending`, byViewer, webhookLogAnswer, 200],
  [
    'POST /admin/catalog/webhooks/{id}/replay',
    `${log}/${kept}/replay`,
    byAdmin('POST', { reason }),
    replayAnswer,
    200,
  ],
];
