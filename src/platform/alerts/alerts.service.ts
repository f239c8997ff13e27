import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { DegradedState, LOGGER } from '../observability/index.js';
import type { AlertChannel } from './alert-channel.js';
import { AlertSender } from './alert-sender.js';
import type { Alert } from './alert.js';
import { OutageWatch } from './outage-watch.js';

/** Injects the `AlertChannel`s that are set. */
export const ALERT_CHANNELS = Symbol('ALERT_CHANNELS');

/** How long the end of the process waits for alerts that are on their way. */
const flushWithinMs = 2_000;

const levels = {
  outage: 'error',
  recovery: 'info',
  'threshold-crossed': 'warn',
  'threshold-recovered': 'info',
} as const satisfies Record<Alert['kind'], string>;

const messages: Readonly<Record<Alert['kind'], string>> = {
  outage: 'stale service outlasts its alarm',
  recovery: 'what was stale is confirmed again',
  'threshold-crossed': 'a share of signals is beyond its threshold',
  'threshold-recovered': 'a share of signals is within its threshold again',
};

/** Long outages, and shares beyond their thresholds, told to the log, to metrics and to every channel that is set (MC-21, SI-10). */
@Injectable()
export class AlertsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly senders: readonly AlertSender[];
  private readonly watch: OutageWatch;

  constructor(
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(DegradedState) state: DegradedState,
    @Inject(ALERT_CHANNELS) channels: readonly AlertChannel[],
  ) {
    this.senders = channels.map((channel) => new AlertSender(channel, clock, logger));
    this.watch = new OutageWatch(clock, state, (alert) => this.tell(alert));
  }

  /** Namespaces in an outage that was told of. */
  active(): ReadonlySet<string> {
    return this.watch.active();
  }

  onApplicationBootstrap(): void {
    this.watch.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await Promise.all(this.senders.map((sender) => sender.flush(flushWithinMs)));
  }

  /** Tells the log and every channel, once; whoever calls sees no error and waits for nothing. */
  tell(alert: Alert): void {
    this.logger[levels[alert.kind]](alert, messages[alert.kind]);
    for (const sender of this.senders) sender.send(alert);
  }
}
