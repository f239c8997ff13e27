import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { LlmClient } from '../../platform/llm/index.js';
import { CONTENT_UPSTREAM, type Upstream } from '../../platform/upstream/index.js';
import { LabelCap } from './label-cap.js';

/** Of models: they come from the configuration, which may be published any number of times. */
const maxModels = 200;

export const breakerMetrics = [
  makeGaugeProvider({
    name: 'upstream_breaker_state',
    help: '1 while an upstream is left alone, because it failed or asked for it; none is told of one that is not set up',
    labelNames: ['upstream'],
  }),
  makeGaugeProvider({
    name: 'llm_breaker_state',
    help: '1 while a model is not asked, because it failed or does not exist; of models that were asked since the start',
    labelNames: ['model'],
  }),
];

/** OP-5: what is not asked now; tiers tell of themselves by `cache_breaker_state`. */
@Injectable()
export class BreakerMetrics {
  private readonly models = new LabelCap<'model'>(maxModels);

  constructor(
    @Inject(LlmClient) private readonly llm: LlmClient,
    @Inject(CONTENT_UPSTREAM) private readonly content: Upstream | null,
    @InjectMetric('upstream_breaker_state') private readonly upstreams: Gauge,
    @InjectMetric('llm_breaker_state') private readonly gauge: Gauge,
  ) {}

  collect(): void {
    if (this.content !== null) this.upstreams.set({ upstream: 'content' }, this.content.isLeftAlone ? 1 : 0);
    this.gauge.reset();
    // Of the others, all together, it is how many.
    for (const { modelId, isOpen } of this.llm.gates())
      this.gauge.inc(this.models.admit({ model: modelId }), isOpen ? 0 : 1);
  }
}
