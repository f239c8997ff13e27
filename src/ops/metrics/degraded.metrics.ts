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
];

@Injectable()
export class DegradedMetrics {
  constructor(
    @Inject(DegradedState) private readonly state: DegradedState,
    @InjectMetric('degraded') private readonly gauge: Gauge,
  ) {}

  collect(): void {
    this.gauge.reset();
    for (const reason of this.state.view().reasons) this.gauge.set({ reason }, 1);
  }
}
