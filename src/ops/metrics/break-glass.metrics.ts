import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { BreakGlassJournal } from '../../platform/audit/index.js';
import { BreakGlassService } from '../../platform/security/index.js';

export const breakGlassMetrics = [
  makeCounterProvider({
    name: 'break_glass_calls_total',
    help: 'Calls that were let in with a break-glass key: each is worth a question',
  }),
  makeCounterProvider({
    name: 'break_glass_refused_total',
    help: 'Break-glass keys that let nobody in: unknown, wrong, revoked or expired',
  }),
  makeGaugeProvider({
    name: 'break_glass_journal_bytes',
    help: 'Calls with a break-glass key that wait on disk for the audit table; none is let in beyond 16 MiB',
  }),
];

@Injectable()
export class BreakGlassMetrics {
  constructor(
    @Inject(BreakGlassJournal) private readonly journal: BreakGlassJournal,
    @Inject(BreakGlassService) private readonly keys: BreakGlassService,
    @InjectMetric('break_glass_calls_total') private readonly admitted: Counter,
    @InjectMetric('break_glass_refused_total') private readonly refused: Counter,
    @InjectMetric('break_glass_journal_bytes') private readonly waiting: Gauge,
  ) {}

  collect(): void {
    this.admitted.reset();
    this.admitted.inc(this.journal.admitted);
    this.refused.reset();
    this.refused.inc(this.keys.refused);
    this.waiting.set(this.journal.sizeBytes ?? 0);
  }
}
