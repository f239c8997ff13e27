import type { WebhookResult } from '../../catalog-counters.js';

export interface VerifiedWebhook {
  readonly isGenuine: true;
  /** Its own: the same event sent again has the same. */
  readonly id: string;
  /** Whether it has said when it was sent, and that was now; where not, its payload has to. */
  readonly isTimely: boolean;
}

export interface RefusedWebhook {
  readonly isGenuine: false;
  readonly result: Extract<WebhookResult, 'unsigned' | 'wrong-signature' | 'wrong-time'>;
  /** Helps an honest sender. */
  readonly message: string;
}

export type WebhookVerdict = VerifiedWebhook | RefusedWebhook;

export const refused = (result: RefusedWebhook['result'], message: string): RefusedWebhook => ({
  isGenuine: false,
  result,
  message,
});
