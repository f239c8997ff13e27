import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DegradedState } from '../../platform/observability/index.js';

/** The degraded-mode indicator: `up` while ok, `degraded` while something is served all the same, else `down`. */
@Injectable()
export class DegradedIndicator {
  constructor(
    @Inject(DegradedState) private readonly state: DegradedState,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  check(): HealthIndicatorResult {
    const { status: mode, since, reasons } = this.state.view();
    const indicator = this.indicators.check('configuration');
    const details = { mode, since, reasons, namespaces: this.namespaces() };
    if (mode === 'ok') return indicator.up(details);
    return this.state.canServe() ? indicator.degraded(details) : indicator.down(details);
  }

  private namespaces(): object {
    const labels = [...this.state.labels()].map(([namespace, read]) => {
      const label = read && {
        reason: read.reason,
        isStale: read.isStale,
        ageMs: Math.round(read.age),
        version: read.asOf?.version ?? null,
        tiers: { memory: 'holds' },
      };
      return [namespace, label ?? { tiers: { memory: 'empty' } }] as const;
    });
    return Object.fromEntries(labels);
  }
}
