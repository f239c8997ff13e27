import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { renderPoint, UnavailableError, type Clock } from '../../../core/index.js';
import { CoherenceService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { LOGGER, Throttle } from '../../../platform/observability/index.js';
import { CatalogCounters, type WebhookResult } from '../catalog-counters.js';
import { catalogStream } from '../catalog.policy.js';
import type { KeptWebhook, SignedEvent } from './keeping/kept-webhook.js';
import { readWebhook } from './keeping/read-webhook.js';
import { WebhookInbox } from './keeping/webhook-inbox.service.js';
import { WebhookInvalidError } from './keeping/webhook-invalid.error.js';
import { isTimely, timelyForm } from './signing/is-timely.js';
import { verifyWebhook, type SignedRequest } from './signing/verify-webhook.js';
import { webhookKeys, type WebhookKeys } from './signing/webhook-keys.js';
import { WebhookRefusedError } from './signing/webhook-refused.error.js';
import type { WebhookReceipt } from './webhooks.answers.js';

/** Whoever is told that an event is kept reads nothing from before it as fresh here, if that can be had within so long. */
const appliedWithinMs = 1_000;
const warnEveryMs = 60_000;

/** Takes webhooks in (CT-4, CT-5): who sent them, what they say, and that it is kept, in this order. */
@Injectable()
export class WebhookReceiver {
  private readonly keys: WebhookKeys;
  private readonly warnings: Throttle;
  private saidNotTaken = false;

  constructor(
    @Inject(WebhookInbox) private readonly inbox: Pick<WebhookInbox, 'take'>,
    @Inject(CoherenceService) private readonly coherence: Pick<CoherenceService, 'whenApplied'>,
    @Inject(CatalogCounters) private readonly counters: CatalogCounters,
    @Inject(SETTINGS) { catalog }: Pick<Settings, 'catalog'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keys = webhookKeys(catalog.webhooks);
    this.warnings = new Throttle(clock, warnEveryMs);
  }

  /**
   * @throws WebhookRefusedError, WebhookInvalidError; nothing was kept
   * @throws WebhookNotKeptError, DatabaseUnavailableError, CommitInDoubtError: it is to be sent again
   */
  async receive(request: SignedRequest): Promise<WebhookReceipt> {
    const signed = this.read(request);
    const { status, point } = await this.keep(signed);
    this.counters.webhooks[status]++;
    await this.coherence.whenApplied(catalogStream, point.version, appliedWithinMs);
    return { status, id: signed.id, version: renderPoint(point) };
  }

  private read(request: SignedRequest): SignedEvent {
    const now = this.clock.wall();
    const verdict = verifyWebhook(request, this.keys, now);
    if (!verdict.isGenuine) throw this.refusal(verdict.result, verdict.message);
    const { event, sentAt } = this.parse(request.body);
    if (!verdict.isTimely && !isTimely(sentAt, now))
      throw this.refusal('wrong-time', `timestamp: must be ${timelyForm}`);
    return { id: verdict.id, event, sentAt };
  }

  private parse(body: Buffer): Pick<SignedEvent, 'event' | 'sentAt'> {
    try {
      return readWebhook(body);
    } catch (error) {
      if (error instanceof WebhookInvalidError) this.tell('invalid', error.message);
      throw error;
    }
  }

  private async keep(signed: SignedEvent): Promise<KeptWebhook> {
    try {
      return await this.inbox.take(signed);
    } catch (error) {
      if (error instanceof UnavailableError) this.tell('unavailable', error.message);
      throw error;
    }
  }

  private refusal(result: WebhookResult, message: string): WebhookRefusedError {
    const { standard, legacy } = this.keys;
    if (standard.length + legacy.length > 0) this.tell(result, message);
    else this.tellNotTaken(result);
    return new WebhookRefusedError(message);
  }

  /** Whoever sends to us without our wanting it is told of once. */
  private tellNotTaken(result: WebhookResult): void {
    this.counters.webhooks[result]++;
    if (this.saidNotTaken) return;
    this.saidNotTaken = true;
    this.logger.warn('a webhook came and none are taken: CATALOG_WEBHOOK_SECRETS is not set');
  }

  private tell(result: WebhookResult, problem: string): void {
    this.counters.webhooks[result]++;
    const suppressed = this.warnings.pass(result);
    if (suppressed !== null) this.logger.warn({ result, problem, suppressed }, 'a webhook was not taken');
  }
}
