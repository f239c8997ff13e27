import { createHmac } from 'node:crypto';
import type { SignedWebhook } from './sign-webhook.js';

/** A webhook of the older form; an object is sent as its JSON. The bytes of the secret's text are the key. */
export function signLegacyWebhook(payload: object | string | Buffer, secret: string): SignedWebhook {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  return {
    headers: { 'content-type': 'application/json', 'x-webhook-signature': `sha256=${digest}` },
    body,
  };
}
