import { statfs } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../platform/config/index.js';
import { setOrRemove } from './set-or-remove.js';

/** How often the file system is asked; a scrape tells what it said last, and does not wait for it. */
const sampleEveryMs = 60_000;

export const volumeMetrics = [
  makeGaugeProvider({
    name: 'data_volume_used_ratio',
    help: 'Used share of the file system that holds DATA_DIR, 0..1, as a process without privileges may use it; sampled once a minute',
  }),
];

@Injectable()
export class VolumeMetrics {
  private sampledAt = Number.NEGATIVE_INFINITY;
  private used: number | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'dataDir'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @InjectMetric('data_volume_used_ratio') private readonly gauge: Gauge,
  ) {}

  collect(): void {
    const now = this.clock.now();
    if (now - this.sampledAt >= sampleEveryMs) {
      this.sampledAt = now;
      void this.sample();
    }
    setOrRemove(this.gauge, this.used);
  }

  private async sample(): Promise<void> {
    const found = await statfs(this.settings.dataDir).catch(() => null);
    // As `df` counts: what is kept for the superuser is neither used nor free.
    const used = found === null ? 0 : found.blocks - found.bfree;
    const usable = found === null ? 0 : used + found.bavail;
    this.used = usable > 0 ? used / usable : null;
  }
}
