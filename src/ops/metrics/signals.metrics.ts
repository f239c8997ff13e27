import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { SignalNamespaces } from '../../features/signals/index.js';
import { SignalStats } from '../../features/signals/operating/index.js';
import { EventBus } from '../../platform/observability/index.js';

const labelNames = ['data_type'];
export const signalsMetrics = [
  makeCounterProvider({
    name: 'ttl_violation_total',
    help: 'Attempts to read a signal that is past its limit; it is never given out',
    labelNames,
  }),
  makeCounterProvider({
    name: 'signal_reads_total',
    help: 'Reads of signals: hit (from memory), found (in another tier), loaded (from the source), expired, missing or failed',
    labelNames: ['data_type', 'result'],
  }),
  makeCounterProvider({
    name: 'signal_source_answers_total',
    help: 'What sources answered: modified, not_modified (304), absent, or failed',
    labelNames: ['data_type', 'answer'],
  }),
  makeCounterProvider({
    name: 'signal_source_seconds_sum',
    help: 'Seconds that sources took to answer, all together; over signal_source_seconds_count it is their latency',
    labelNames,
  }),
  makeCounterProvider({
    name: 'signal_source_seconds_count',
    help: 'Answers whose time is in signal_source_seconds_sum',
    labelNames,
  }),
  makeGaugeProvider({
    name: 'signal_oldest_age_ratio',
    help: 'Age of what is nearest to its limit, of what may still be given out: 1 is the limit',
    labelNames,
  }),
  makeCounterProvider({
    name: 'signal_tier_disagreements_total',
    help: 'Looks beyond memory that found different observations of one signal; the newest stood',
    labelNames,
  }),
  makeGaugeProvider({
    name: 'disk_used_ratio',
    help: 'Bytes that signals use on the disk of this process, of those that they may use',
  }),
];

/** SI-10: plain integers of the services, read when it is scraped. */
@Injectable()
export class SignalsMetrics {
  /** By namespace. */
  private readonly disagreed = new Map<string, number>();

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: SignalNamespaces,
    @Inject(SignalStats) private readonly stats: SignalStats,
    @Inject(EventBus) events: EventBus,
    @InjectMetric('ttl_violation_total') private readonly violations: Counter,
    @InjectMetric('signal_reads_total') private readonly reads: Counter,
    @InjectMetric('signal_source_answers_total') private readonly answers: Counter,
    @InjectMetric('signal_source_seconds_sum') private readonly seconds: Counter,
    @InjectMetric('signal_source_seconds_count') private readonly timed: Counter,
    @InjectMetric('signal_oldest_age_ratio') private readonly oldest: Gauge,
    @InjectMetric('signal_tier_disagreements_total') private readonly disagreements: Counter,
    @InjectMetric('disk_used_ratio') private readonly diskUsed: Gauge,
  ) {
    events.subscribe((event) => {
      if (event.type !== 'tiers-disagreed') return;
      this.disagreed.set(event.namespace, (this.disagreed.get(event.namespace) ?? 0) + 1);
    });
  }

  collect(): void {
    for (const each of [this.violations, this.reads, this.answers, this.seconds, this.timed]) each.reset();
    this.disagreements.reset();
    for (const namespace of this.namespaces.all()) {
      const { type, source } = namespace;
      const { reads, answers, oldestShare } = this.stats.measure(namespace);
      const labels = { data_type: type.name };
      this.violations.inc(labels, reads.expired);
      const { hits: hit, ...others } = reads;
      for (const [result, count] of Object.entries({ hit, ...others }))
        this.reads.inc({ ...labels, result }, count);
      this.oldest.set(labels, oldestShare ?? 0);
      this.disagreements.inc(labels, this.disagreed.get(type.namespace) ?? 0);
      if (answers === null || source.counters === undefined) continue;
      const { notModified: not_modified, ...told } = answers;
      for (const [answer, count] of Object.entries({ ...told, not_modified }))
        this.answers.inc({ ...labels, answer }, count);
      this.seconds.inc(labels, source.counters.totalMs / 1_000);
      this.timed.inc(labels, source.counters.requests);
    }
    const { usedBytes = null, maxBytes = 0 } = this.namespaces.disk ?? {};
    if (usedBytes === null) this.diskUsed.remove();
    else this.diskUsed.set(usedBytes / maxBytes);
  }
}
