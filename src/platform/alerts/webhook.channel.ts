import type { AlertChannel } from './alert-channel.js';
import { DeliveryFailure } from './alert-channel.js';
import type { Alert } from './alert.js';

/** Of the client's errors, those that another attempt may not meet. */
const passing = new Set([408, 425, 429]);

/** POSTs alerts as JSON. What stands before the `@` of the URL goes as Basic; redirects are not followed. */
export class WebhookChannel implements AlertChannel {
  readonly name = 'webhook';
  private readonly url: URL;
  private readonly headers: Record<string, string>;

  constructor(url: string) {
    this.url = new URL(url);
    const { username, password } = this.url;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.headers = {
      'content-type': 'application/json',
      ...(credentials !== ':' && {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      }),
    };
    this.url.username = '';
    this.url.password = '';
  }

  async send(alert: Alert, signal: AbortSignal): Promise<void> {
    const answer = await this.post(JSON.stringify({ source: 'lastgood', ...alert }), signal);
    await answer.body?.cancel();
    if (answer.ok) return;
    const isPassing = answer.status >= 500 || passing.has(answer.status);
    throw new DeliveryFailure(`answered ${answer.status}`, isPassing);
  }

  private async post(body: string, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(this.url, {
        method: 'POST',
        headers: this.headers,
        body,
        signal,
        redirect: 'manual',
      });
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      throw new DeliveryFailure(`no answer (${code ?? 'the connection failed'})`, true);
    }
  }
}
