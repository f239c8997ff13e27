import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { AlertsService } from '../../platform/alerts/index.js';
import { DegradedState } from '../../platform/observability/index.js';

export const alertsMetrics = [
  makeGaugeProvider({
    name: 'alert_active',
    help: '1 while stale service of a namespace has outlasted its alarm, until it is steady again',
    labelNames: ['namespace'],
  }),
  makeCounterProvider({
    name: 'alert_deliveries_total',
    help: 'Alerts that a channel took, or that were given up',
    labelNames: ['channel', 'result'],
  }),
];

@Injectable()
export class AlertsMetrics {
  constructor(
    @Inject(AlertsService) private readonly alerts: AlertsService,
    @Inject(DegradedState) private readonly state: DegradedState,
    @InjectMetric('alert_active') private readonly active: Gauge,
    @InjectMetric('alert_deliveries_total') private readonly deliveries: Counter,
  ) {}

  collect(): void {
    const active = this.alerts.active();
    for (const namespace of this.state.labels().keys())
      this.active.set({ namespace }, active.has(namespace) ? 1 : 0);
    this.deliveries.reset();
    for (const { channel, delivered, failed } of this.alerts.senders) {
      this.deliveries.inc({ channel: channel.name, result: 'delivered' }, delivered);
      this.deliveries.inc({ channel: channel.name, result: 'failed' }, failed);
    }
  }
}
