import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { CancelTimer, Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { LOGGER, Throttle } from '../../../platform/observability/index.js';
import { postJson, type Posted } from '../../../platform/sources/index.js';
import { eventNames } from '../views/catalog-event.js';

const deadlineMs = 5_000;
const leastPauseMs = 1_000;
const mostPauseMs = 30_000;
const warnEveryMs = 300_000;
const alreadyThere = 409;
/** Of the sender's errors, those that another attempt may not meet. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

type Registration = { readonly at: string; readonly url: string };

/** Tells the content service where its webhooks go (CT-8): at each start, until it has taken that. */
@Injectable()
export class WebhookRegistration implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private failures = 0;
  private readonly stopped = new AbortController();
  private cancelTimer: CancelTimer = () => undefined;
  private readonly warnings: Throttle;

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'catalog'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.warnings = new Throttle(clock, warnEveryMs);
  }

  onApplicationBootstrap(): void {
    const { registration } = this.settings.catalog.webhooks;
    if (registration !== null) void this.attempt(registration);
  }

  beforeApplicationShutdown(): void {
    this.stopped.abort();
    this.cancelTimer();
  }

  private async attempt(registration: Registration): Promise<void> {
    const posted = await this.post(registration).catch((error: Error) => error);
    if (this.stopped.signal.aborted) return;
    if (posted instanceof Error) return this.tryLater(registration, posted.message, 0);
    const { status, retryAfterMs } = posted;
    if ((status >= 200 && status < 300) || status === alreadyThere)
      return this.logger.info({ status }, 'the webhook of the catalogue is registered');
    if (status >= 500 || passing.has(status))
      return this.tryLater(registration, `answered ${status}`, retryAfterMs);
    const message =
      'the webhook of the catalogue was refused, and is not registered: see CATALOG_WEBHOOK_REGISTER_URL, CATALOG_WEBHOOK_URL and CATALOG_API_KEY';
    this.logger.warn({ status }, message);
  }

  private async post({ at, url }: Registration): Promise<Posted> {
    const { apiKey } = this.settings.catalog;
    const deadline = new AbortController();
    const cancel = this.clock.after(deadlineMs, () => deadline.abort());
    try {
      return await postJson(
        at,
        { url, events: eventNames },
        {
          headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
          signal: AbortSignal.any([deadline.signal, this.stopped.signal]),
          wallMs: this.clock.wall(),
        },
      );
    } catch (error) {
      throw deadline.signal.aborted ? new Error(`no answer within ${deadlineMs} ms`) : error;
    } finally {
      cancel();
    }
  }

  /** A process that starts with all the others must not ask with all the others. */
  private tryLater(registration: Registration, why: string, retryAfterMs: number): void {
    const pauseMs = Math.min(mostPauseMs, leastPauseMs * 2 ** Math.min(this.failures++, 10));
    const spreadMs = (pauseMs * (2 + Math.random())) / 3;
    this.cancelTimer = this.clock.after(
      Math.max(spreadMs, retryAfterMs),
      () => void this.attempt(registration),
    );
    const suppressed = this.warnings.pass('');
    if (suppressed !== null)
      this.logger.warn(
        { why, suppressed },
        'the webhook of the catalogue is not registered yet; that is tried again',
      );
  }
}
