import type { AlertChannel } from './alert-channel.js';
import { DeliveryFailure } from './alert-channel.js';
import type { Alert } from './alert.js';
import { describeAlert } from './describe-alert.js';

type Sentry = typeof import('@sentry/node');

/** Alerts as events of Sentry, through a client of their own: nothing global is set up, hooked or traced. */
export class SentryChannel implements AlertChannel {
  readonly name = 'sentry';
  private readonly client: InstanceType<Sentry['NodeClient']>;
  private readonly scope: InstanceType<Sentry['Scope']>;

  constructor(sentry: Sentry, dsn: string) {
    this.client = new sentry.NodeClient({
      dsn,
      transport: sentry.makeNodeTransport,
      stackParser: sentry.defaultStackParser,
      integrations: [],
      sendClientReports: false,
    });
    this.scope = new sentry.Scope();
    this.scope.setClient(this.client);
    this.client.init();
  }

  /** Repetitions carry the same id, by which Sentry knows them. */
  send(alert: Alert, signal: AbortSignal): Promise<void> {
    const { id, kind, namespace, at } = alert;
    const { level, message, facts } = describeAlert(alert);
    const eventId = id.replaceAll('-', '');
    return new Promise((resolve, reject) => {
      const off = this.client.on('afterSendEvent', (event, { statusCode }) => {
        if (event.event_id !== eventId) return;
        off();
        if (statusCode !== undefined && statusCode < 300) resolve();
        else reject(new DeliveryFailure(statusCode ? `answered ${statusCode}` : 'no answer', true));
      });
      signal.addEventListener('abort', off);
      this.client.captureEvent(
        {
          event_id: eventId,
          timestamp: Date.parse(at) / 1_000,
          level,
          message,
          fingerprint: ['lastgood', kind, namespace, ...('measure' in alert ? [alert.measure] : [])],
          tags: { kind, namespace },
          contexts: { lastgood: facts },
        },
        { event_id: eventId },
        this.scope,
      );
    });
  }
}
