import { eventPayload, type CatalogEvent } from '../../views/catalog-event.js';
import { WebhookInvalidError } from './webhook-invalid.error.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What signed bytes say.
 * @throws WebhookInvalidError, with every fault
 */
export function readWebhook(body: Buffer): { event: CatalogEvent; sentAt: number } {
  const { success, data, error } = eventPayload.safeParse(parse(body));
  if (!success)
    throw new WebhookInvalidError(
      error.issues.map(({ path, message }) => ({ path: path.map(String).join('.') || 'body', message })),
    );
  const sentAt = Date.parse(data.timestamp);
  if (Number.isNaN(sentAt))
    throw new WebhookInvalidError([{ path: 'timestamp', message: 'an ISO 8601 moment' }]);
  return { event: data.event, sentAt };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new WebhookInvalidError([{ path: 'body', message: 'must be JSON in UTF-8' }]);
  }
}
