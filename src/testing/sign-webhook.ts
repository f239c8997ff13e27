import { createHmac, randomUUID } from 'node:crypto';

export interface WebhookSigning {
  /** `whsec_` and base64. Several sign one after the other, as while a secret is replaced. */
  readonly secret: string | readonly string[];
  /** A new one by default. */
  readonly id?: string;
  /** Now by default. */
  readonly at?: Date;
}

/** What is sent. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const prefix = /^whsec_/;

/**
 * A webhook as Standard Webhooks wants it signed; an object is sent as its JSON. Over the bytes, whatever they are: the
 * package `standardwebhooks` would make text of them first.
 */
export function signWebhook(
  payload: object | string | Buffer,
  { secret, id = `msg_${randomUUID()}`, at = new Date() }: WebhookSigning,
): SignedWebhook {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = [secret].flat().map((each) => {
    const key = Buffer.from(each.replace(prefix, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}
