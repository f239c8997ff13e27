import { createHmac } from 'node:crypto';
import {
  verifyWebhook,
  type SignedRequest,
} from '../../src/features/catalog/webhooks/signing/verify-webhook.js';
import { webhookKeys } from '../../src/features/catalog/webhooks/signing/webhook-keys.js';
import type { WebhookVerdict } from '../../src/features/catalog/webhooks/signing/webhook-verdict.js';

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const newSecret = `whsec_${Buffer.from('another key, of 32 bytes in all.').toString('base64')}`;
export const strange = `whsec_${Buffer.from('a key that nobody has told here.').toString('base64')}`;
const plain = 'a-legacy-secret-of-more-than-24';
export const now = Date.UTC(2026, 0, 1, 12);
export const id = 'msg_1';

export const standard = webhookKeys({ secrets: [secret], legacySecrets: [] });
export const both = webhookKeys({ secrets: [secret], legacySecrets: [plain] });
export const legacyAlone = webhookKeys({ secrets: [], legacySecrets: [plain] });
export const payload = Buffer.from(JSON.stringify({ event: 'book.updated', data: { id: '1' } }));

export const sign = (body: Buffer, by = secret, at = now, of = id): SignedRequest => {
  const seconds = Math.floor(at / 1_000);
  const signature = createHmac('sha256', Buffer.from(by.slice(6), 'base64'))
    .update(`${of}.${seconds}.`)
    .update(body)
    .digest('base64');
  const headers = {
    'webhook-id': of,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
  return { headers, body };
};
export const signatureOf = (request: SignedRequest) => String(request.headers['webhook-signature']);
export const withHeaders = (
  request: SignedRequest,
  headers: Record<string, string | undefined>,
): SignedRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
export const legacyHex = (body: Buffer, by = plain) => createHmac('sha256', by).update(body).digest('hex');
export const signLegacy = (body: Buffer, value = `sha256=${legacyHex(body)}`): SignedRequest => ({
  headers: { 'x-webhook-signature': value },
  body,
});
const outcome = (verdict: WebhookVerdict) => (verdict.isGenuine ? 'genuine' : verdict.result);
export const judge = (request: SignedRequest, keys = standard, at = now) =>
  outcome(verifyWebhook(request, keys, at));
