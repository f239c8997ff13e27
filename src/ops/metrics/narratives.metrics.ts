import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { NarrativeAnalytics } from '../../features/narratives/index.js';

export const narrativesMetrics = [
  makeCounterProvider({
    name: 'narrative_requests_dropped_total',
    help: 'Requests for narratives that analytics will never tell of, for want of a database to write them to',
  }),
  makeGaugeProvider({
    name: 'narrative_requests_waiting',
    help: 'Requests for narratives that are not written to the database yet',
  }),
];

@Injectable()
export class NarrativesMetrics {
  constructor(
    @Inject(NarrativeAnalytics) private readonly analytics: NarrativeAnalytics,
    @InjectMetric('narrative_requests_dropped_total') private readonly dropped: Counter,
    @InjectMetric('narrative_requests_waiting') private readonly waiting: Gauge,
  ) {}

  collect(): void {
    this.dropped.reset();
    this.dropped.inc(this.analytics.dropped);
    this.waiting.set(this.analytics.waiting);
  }
}
