import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { settlesWithin, UnavailableError, type CancelTimer, type Clock } from '../../../../core/index.js';
import { CLOCK } from '../../../../platform/clock/clock.module.js';
import { WebhookLooks } from '../looking/webhook-looks.service.js';
import type { KeptWebhook, SignedEvent } from './kept-webhook.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import { WebhookNotKeptError } from './webhook-not-kept.error.js';

/** What arrives within so long is committed together (CO-3). */
const gatherMs = 20;
const mostInGroup = 200;
const mostWaiting = 2_000;
/** A sender is answered by then, whatever the database does. */
const keptWithinMs = 3_000;

interface Waiting {
  readonly signed: SignedEvent;
  readonly resolve: (kept: KeptWebhook) => void;
  readonly reject: (error: unknown) => void;
  readonly cancel: CancelTimer;
}

/**
 * Keeps events (CT-5): those that arrive together in one transaction, one transaction at a time; what arrives meanwhile
 * is the next. Nobody is told that an event is kept before it is.
 */
@Injectable()
export class WebhookInbox implements BeforeApplicationShutdown {
  private readonly waiting = new Set<Waiting>();
  /** Of the transaction that runs; who gave up waiting is no longer there. */
  private underWay = new Set<Waiting>();
  private cancelGathering: CancelTimer | null = null;
  private isCommitting = false;
  private committing: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    @Inject(WebhookEventRepository) private readonly events: Pick<WebhookEventRepository, 'keep'>,
    @Inject(WebhookLooks) private readonly looks: Pick<WebhookLooks, 'begin'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Settles once the event is committed, or was before.
   * @throws WebhookNotKeptError, DatabaseUnavailableError, CommitInDoubtError
   */
  take(signed: SignedEvent): Promise<KeptWebhook> {
    if (this.isStopped) return Promise.reject(new WebhookNotKeptError('this process is ending'));
    if (this.waiting.size + this.underWay.size >= mostWaiting)
      return Promise.reject(new WebhookNotKeptError(`${mostWaiting} others are waiting`));
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(keptWithinMs, () => this.giveUp(waiting));
      const waiting: Waiting = { signed, resolve, reject, cancel };
      this.waiting.add(waiting);
      this.gather();
    });
  }

  /** What was taken in is committed, or answered with an error, within the time that every sender has. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (!this.isCommitting) this.begin();
    await settlesWithin(this.clock, keptWithinMs, this.committing);
  }

  private gather(): void {
    if (this.isCommitting) return;
    if (this.waiting.size >= mostInGroup) this.begin();
    else this.cancelGathering ??= this.clock.after(gatherMs, () => this.begin());
  }

  private begin(): void {
    this.cancelGathering?.();
    this.cancelGathering = null;
    this.isCommitting = true;
    this.committing = this.commitAll();
  }

  private async commitAll(): Promise<void> {
    while (this.waiting.size > 0) await this.commit([...this.waiting].slice(0, mostInGroup));
    this.isCommitting = false;
  }

  /** Never rejects: whoever waits is told. */
  private async commit(group: readonly Waiting[]): Promise<void> {
    for (const each of group) this.waiting.delete(each);
    this.underWay = new Set(group);
    const distinct = new Map(group.map(({ signed }) => [signed.id, signed]));
    try {
      const { kept, point } = await this.events.keep([...distinct.values()]);
      this.looks.begin(
        [...kept].map(([id, lookedAt]) => ({ id, event: distinct.get(id)!.event, point, lookedAt })),
      );
      for (const { signed, cancel, resolve } of this.underWay) {
        cancel();
        // Of several that are the same, one.
        resolve({ status: kept.delete(signed.id) ? 'accepted' : 'duplicate', point });
      }
    } catch (error) {
      const isAway = error instanceof UnavailableError;
      if (!isAway && group.length > 1) return this.commitApart([...this.underWay]);
      const told = isAway
        ? error
        : new WebhookNotKeptError(`the database refuses it, ${messageOf(error)}`, error);
      for (const { cancel, reject } of this.underWay) {
        cancel();
        reject(told);
      }
    }
    this.underWay.clear();
  }

  /** One that the database never takes keeps none of those out that came with it. */
  private async commitApart(group: readonly Waiting[]): Promise<void> {
    for (const each of group) await this.commit([each]);
  }

  /** What is in the transaction that runs may be kept all the same: sent again, it is a duplicate. */
  private giveUp(waiting: Waiting): void {
    this.waiting.delete(waiting);
    this.underWay.delete(waiting);
    const seconds = keptWithinMs / 1_000;
    waiting.reject(new WebhookNotKeptError(`the database has not answered within ${seconds} s`));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
