import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { AuditWatch } from '../../platform/audit/index.js';
import { setOrRemove } from './set-or-remove.js';

export const auditMetrics = [
  makeGaugeProvider({
    name: 'audit_chain_broken',
    help: '1 while a row of the audit chain is known to be edited, removed or out of place, whichever process found it; none is told before anybody has looked',
  }),
  makeGaugeProvider({
    name: 'audit_chain_checked_age_seconds',
    help: 'Time since any process looked at the newest rows of the audit chain, which one does every minute',
  }),
  makeGaugeProvider({
    name: 'audit_chain_walked_age_seconds',
    help: 'Time since a walk over the whole audit chain ended, which one process begins a day after the last',
  }),
];

/** OP-3. */
@Injectable()
export class AuditMetrics {
  constructor(
    @Inject(AuditWatch) private readonly watch: AuditWatch,
    @InjectMetric('audit_chain_broken') private readonly broken: Gauge,
    @InjectMetric('audit_chain_checked_age_seconds') private readonly checked: Gauge,
    @InjectMetric('audit_chain_walked_age_seconds') private readonly walked: Gauge,
  ) {}

  collect(): void {
    const { state } = this.watch;
    setOrRemove(this.broken, state && Number(state.fault !== null));
    setOrRemove(this.checked, state && state.checkedAgeMs / 1_000);
    setOrRemove(this.walked, state?.walkedAgeMs == null ? null : state.walkedAgeMs / 1_000);
  }
}
