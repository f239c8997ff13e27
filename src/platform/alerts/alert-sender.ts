import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import type { AlertChannel } from './alert-channel.js';
import { DeliveryFailure } from './alert-channel.js';
import type { Alert } from './alert.js';

const deadlineMs = 5_000;
/** Before each further attempt. */
const backOffMs = [1_000, 4_000, 16_000];
/** Alerts come in pairs, minutes apart: more than this wait only where nothing was taken for long. */
const maxWaiting = 100;

/** Brings alerts to one channel, in order and a few times over. Whoever hands them in never waits, and sees no error. */
export class AlertSender {
  delivered = 0;
  failed = 0;
  private waiting = 0;
  private queue: Promise<void> = Promise.resolve();
  private isHurried = false;
  private wake: () => void = () => undefined;
  private readonly ended = new AbortController();

  constructor(
    readonly channel: AlertChannel,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  send(alert: Alert): void {
    if (this.waiting >= maxWaiting) return this.giveUp(alert, 'too many alerts wait');
    this.waiting++;
    this.queue = this.queue.then(() => this.deliver(alert)).finally(() => void this.waiting--);
  }

  /** Ends: what waits is tried once more at once, and what was not taken in this time (ms) is given up. */
  async flush(withinMs: number): Promise<void> {
    this.isHurried = true;
    this.wake();
    const late = new Promise<void>((resolve) => void this.clock.after(withinMs, resolve));
    await Promise.race([this.queue, late]);
    this.ended.abort();
    await this.queue;
  }

  private async deliver(alert: Alert): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.attempt(alert);
      if (failure === null) {
        this.delivered++;
        return;
      }
      const pauseMs = backOffMs[attempt];
      if (!failure.isPassing || pauseMs === undefined || this.isHurried)
        return this.giveUp(alert, failure.message);
      await this.pause(pauseMs);
    }
  }

  private async attempt(alert: Alert): Promise<DeliveryFailure | null> {
    if (this.ended.signal.aborted) return new DeliveryFailure('the process ended', false);
    const deadline = new AbortController();
    const cancel = this.clock.after(deadlineMs, () => deadline.abort());
    const signal = AbortSignal.any([deadline.signal, this.ended.signal]);
    try {
      await Promise.race([this.channel.send(alert, signal), whenAborted(signal)]);
      return null;
    } catch (error) {
      if (this.ended.signal.aborted) return new DeliveryFailure('the process ended', false);
      if (deadline.signal.aborted) return new DeliveryFailure(`no answer within ${deadlineMs} ms`, true);
      // What others throw may quote an address.
      return error instanceof DeliveryFailure ? error : new DeliveryFailure('it could not be sent', true);
    } finally {
      cancel();
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private giveUp({ id, kind, namespace }: Alert, reason: string): void {
    this.failed++;
    const fields = { channel: this.channel.name, alert: id, kind, namespace, reason };
    this.logger.error(fields, 'an alert reached nobody by this channel');
  }
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
