import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import type { LastgoodEvent, Reader, Reason } from '../../core/index.js';
import { MODEL_CONFIG_READER, modelConfigNamespace, snapshotKey } from '../../features/model-config/index.js';
import { CoherenceService } from '../../platform/cache/index.js';
import { EventBus } from '../../platform/observability/index.js';
import { setOrRemove } from './set-or-remove.js';

export const modelConfigMetrics = [
  makeCounterProvider({
    name: 'model_config_cache_hits_total',
    help: 'Reads of the model configuration answered from memory',
    labelNames: ['status'],
  }),
  makeCounterProvider({
    name: 'model_config_db_failures_total',
    help: 'Polls and loads of the model configuration that the database did not answer',
  }),
  makeCounterProvider({
    name: 'model_config_fallback_usage_total',
    help: 'Answers given from the last known good because the database failed',
  }),
  makeGaugeProvider({
    name: 'model_config_age_seconds',
    help: 'Time since the database last confirmed the model configuration that is served',
  }),
  makeGaugeProvider({
    name: 'model_config_version',
    help: 'Version of the model configuration that is served',
  }),
  makeGaugeProvider({
    name: 'model_config_version_skew',
    help: 'Versions that are known to exist beyond the one that is served',
  }),
];

/** The reasons that mean: the database was asked, or would have been, and gave nothing. */
const fallbackReasons = new Set<Reason>(['cold-start', 'origin-slow', 'origin-failed', 'backing-off']);

/** MC-19: failures are a fold over events, everything else is read when it is scraped. */
@Injectable()
export class ModelConfigMetrics {
  constructor(
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<unknown>,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(EventBus) events: EventBus,
    @InjectMetric('model_config_cache_hits_total') private readonly hits: Counter,
    @InjectMetric('model_config_db_failures_total') private readonly failures: Counter,
    @InjectMetric('model_config_fallback_usage_total') private readonly fallbacks: Counter,
    @InjectMetric('model_config_age_seconds') private readonly age: Gauge,
    @InjectMetric('model_config_version') private readonly version: Gauge,
    @InjectMetric('model_config_version_skew') private readonly skew: Gauge,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  collect(): void {
    const { freshHits, staleHits } = this.reader.cache;
    this.hits.reset();
    this.hits.inc({ status: 'fresh' }, freshHits);
    this.hits.inc({ status: 'stale' }, staleHits);
    const held = this.reader.describe(snapshotKey);
    const version = held?.asOf?.version ?? null;
    const { applied } = this.coherence.stream('config').state;
    setOrRemove(this.age, held && held.age / 1000);
    setOrRemove(this.version, version);
    setOrRemove(this.skew, version === null ? null : Math.max(0, applied.version - version));
  }

  private fold(event: LastgoodEvent): void {
    if (event.type === 'feed-failed' && event.stream === 'config') this.failures.inc();
    if (!('namespace' in event) || event.namespace !== modelConfigNamespace) return;
    if (event.type === 'load-failed') this.failures.inc();
    if (event.type === 'stale-answer' && fallbackReasons.has(event.reason)) this.fallbacks.inc();
  }
}
