import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { AlertsService, type ThresholdAlert } from '../../../platform/alerts/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Repeating } from '../../../platform/clock/repeating.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { SIGNALS_RUNTIME, type SignalsRuntime } from '../types/runtime.js';
import { ReadWindow } from './read-window.js';
import { Threshold } from './threshold.js';

const lookEveryMs = 60_000;
/** What the disk of all large types is called in alerts. */
const diskName = 'signals';

interface Looked {
  readonly namespace: string;
  readonly measure: 'ttl-violations' | 'hit-ratio' | 'disk-used';
  /** `null`: there is too little to measure. */
  readonly share: number | null;
  readonly threshold: number;
  readonly isBeyond: boolean;
}

/** Each minute: too many reads of expired signals, too few hits, too full a disk; told once, and once when it is over. */
@Injectable()
export class SignalWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly windows = new Map<string, ReadWindow>();
  private readonly thresholds = new Map<string, Threshold>();
  private readonly looking = new Repeating(lookEveryMs, () => this.look());

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'all' | 'disk'>,
    @Inject(SIGNALS_RUNTIME) private readonly runtime: Pick<SignalsRuntime, 'alarms'>,
    @Inject(AlertsService) private readonly alerts: Pick<AlertsService, 'tell'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.looking.start(this.clock);
  }

  beforeApplicationShutdown(): void {
    void this.looking.stop();
  }

  private look(): void {
    for (const { type, counters } of this.namespaces.all()) {
      const { namespace } = type;
      const window = this.windows.get(namespace) ?? new ReadWindow();
      this.windows.set(namespace, window);
      const shares = window.look(counters);
      const { ttlViolations, hitRatio } = this.runtime.alarms;
      this.tellOf({
        namespace,
        measure: 'ttl-violations',
        share: shares && shares.violations,
        threshold: ttlViolations,
        isBeyond: shares !== null && shares.violations > ttlViolations,
      });
      this.tellOf({
        namespace,
        measure: 'hit-ratio',
        share: shares && shares.hitRatio,
        threshold: hitRatio,
        isBeyond: shares !== null && shares.hitRatio < hitRatio,
      });
    }
    this.lookAtDisk();
  }

  private lookAtDisk(): void {
    const { disk } = this.namespaces;
    if (disk === null) return;
    const threshold = this.runtime.alarms.diskUsed;
    const share = disk.usedBytes === null ? null : disk.usedBytes / disk.maxBytes;
    const isBeyond = share !== null && share > threshold;
    this.tellOf({ namespace: diskName, measure: 'disk-used', share, threshold, isBeyond });
  }

  private tellOf({ isBeyond, ...looked }: Looked): void {
    const name = `${looked.measure} ${looked.namespace}`;
    const threshold = this.thresholds.get(name) ?? new Threshold();
    this.thresholds.set(name, threshold);
    const crossing = threshold.look(isBeyond);
    if (crossing === null) return;
    const kind: ThresholdAlert['kind'] = `threshold-${crossing}`;
    this.alerts.tell({ id: randomUUID(), kind, ...looked, at: new Date(this.clock.wall()).toISOString() });
  }
}
