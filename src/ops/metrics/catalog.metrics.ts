import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { CatalogCounters } from '../../features/catalog/index.js';

const labelNames = ['result'];
export const catalogMetrics = [
  makeCounterProvider({
    name: 'lastgood_catalog_upstream_requests_total',
    help: 'Requests to the content service by what came of them: ok, not-found, unauthorized, status (another one), invalid, timeout, network or not-tried (the breaker was open)',
    labelNames,
  }),
  makeCounterProvider({
    name: 'lastgood_catalog_webhooks_total',
    help: 'Webhooks that came: accepted, duplicate, unsigned, wrong-signature, wrong-time, invalid or unavailable (the sender was asked to repeat it)',
    labelNames,
  }),
];

/** CT-4, CT-7: plain integers of the feature, read when it is scraped. */
@Injectable()
export class CatalogMetrics {
  constructor(
    @Inject(CatalogCounters) private readonly counters: CatalogCounters,
    @InjectMetric('lastgood_catalog_upstream_requests_total') private readonly upstream: Counter,
    @InjectMetric('lastgood_catalog_webhooks_total') private readonly webhooks: Counter,
  ) {}

  collect(): void {
    tell(this.upstream, this.counters.upstream);
    tell(this.webhooks, this.counters.webhooks);
  }
}

/** Those that are 0 too: a rate needs to know that they were. */
function tell(counter: Counter, counts: Readonly<Record<string, number>>): void {
  counter.reset();
  for (const [result, count] of Object.entries(counts)) counter.inc({ result }, count);
}
