import { randomUUID } from 'node:crypto';
import { signWebhook, type SignedWebhook } from '../../src/testing/index.js';
import type { Answer, HttpClient } from './http-client.js';

export const webhookSecret = `whsec_${Buffer.from('the secret that tests sign by').toString('base64')}`;
export const webhookEnv = { CATALOG_WEBHOOK_SECRETS: webhookSecret };
const webhooksPath = '/webhooks/catalog';

export interface Receipt {
  readonly status: 'accepted' | 'duplicate';
  readonly id: string;
  readonly version: string;
}

export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly { readonly path: string; readonly message: string }[];
}

export const payloadOf = (event: string, data: object = { id: '1' }, timestamp = new Date()): object => ({
  event,
  timestamp: timestamp.toISOString(),
  data,
});

/** As the content service sends it. */
export const webhookOf = (event: string, data?: object, id: string = randomUUID()): SignedWebhook =>
  signWebhook(payloadOf(event, data), { secret: webhookSecret, id });

export async function sendWebhook<B = Receipt>(
  { url }: Pick<HttpClient, 'url'>,
  { headers, body }: SignedWebhook,
): Promise<Answer<B>> {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  const response = await fetch(`${url}${webhooksPath}`, { method: 'POST', headers, body: bytes });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as B, text };
}

/** The version of a receipt, without its epoch. */
export const versionOf = ({ version }: Pick<Receipt, 'version'>): number =>
  Number(version.slice(version.lastIndexOf(':') + 1));
