import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge, Histogram } from 'prom-client';
import type { Clock } from '../../core/index.js';
import { CoherenceService } from '../../platform/cache/index.js';
import { CLOCK } from '../../platform/clock/clock.module.js';
import { CoherenceProbe } from '../../platform/cluster/index.js';
import { setOrRemove } from './set-or-remove.js';

export const coherenceMetrics = [
  makeGaugeProvider({
    name: 'coherence_confirmed_age_seconds',
    help: 'Time since the last poll of a stream that confirmed what is held',
    labelNames: ['stream'],
  }),
  makeGaugeProvider({
    name: 'coherence_lag_seconds',
    help: 'From the write of the newest probe, a change that means nothing, to its being applied in this process',
  }),
  makeHistogramProvider({
    name: 'coherence_arrival_seconds',
    help: 'From the write of a probe to its being applied in this process, of every probe that arrived',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60],
  }),
  makeGaugeProvider({
    name: 'coherence_probe_age_seconds',
    help: 'Time since a probe last arrived in this process, or since its start; one is sent every minute or so',
  }),
];

/** OP-13: how far this process is behind the database. */
@Injectable()
export class CoherenceMetrics {
  constructor(
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(CoherenceProbe) private readonly probe: CoherenceProbe,
    @Inject(CLOCK) private readonly clock: Clock,
    @InjectMetric('coherence_confirmed_age_seconds') private readonly confirmed: Gauge,
    @InjectMetric('coherence_lag_seconds') private readonly lag: Gauge,
    @InjectMetric('coherence_arrival_seconds') arrivals: Histogram,
    @InjectMetric('coherence_probe_age_seconds') private readonly age: Gauge,
  ) {
    probe.onMeasured((lagMs) => arrivals.observe(lagMs / 1_000));
  }

  collect(): void {
    for (const { name, confirmedThrough } of this.coherence.streams()) {
      if (confirmedThrough > 0)
        this.confirmed.set({ stream: name }, (this.clock.now() - confirmedThrough) / 1_000);
    }
    const { lagMs, ageMs } = this.probe;
    setOrRemove(this.lag, lagMs === null ? null : lagMs / 1_000);
    this.age.set(ageMs / 1_000);
  }
}
