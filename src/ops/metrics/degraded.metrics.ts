import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { DegradedState } from '../../platform/observability/index.js';

export const degradedMetrics = [
  makeGaugeProvider({
    name: 'degraded',
    help: '1 for each reason why this process cannot do all it should',
    labelNames: ['reason'],
  }),
  makeGaugeProvider({
    name: 'service_state',
    help: '1 for the state that this process is in: ok, degraded (some of what it should do it cannot) or critical (so for longer than the alarm, or with nothing to serve)',
    labelNames: ['state'],
  }),
  makeGaugeProvider({
    name: 'service_ready',
    help: '1 while all that must be served can be, stale included',
  }),
];

@Injectable()
export class DegradedMetrics {
  constructor(
    @Inject(DegradedState) private readonly state: DegradedState,
    @InjectMetric('degraded') private readonly gauge: Gauge,
    @InjectMetric('service_state') private readonly states: Gauge,
    @InjectMetric('service_ready') private readonly ready: Gauge,
  ) {}

  collect(): void {
    this.gauge.reset();
    const { status, reasons } = this.state.view();
    for (const reason of reasons) this.gauge.set({ reason }, 1);
    for (const state of ['ok', 'degraded', 'critical']) this.states.set({ state }, state === status ? 1 : 0);
    this.ready.set(this.state.canServe() ? 1 : 0);
  }
}
