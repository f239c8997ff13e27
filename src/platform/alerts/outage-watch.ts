import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from '../../core/index.js';
import type { Alarmed, DegradedState } from '../observability/index.js';
import type { OutageAlert } from './outage-alert.js';

const lookEveryMs = 2_000;
/**
 * So long an alarm has to hold: a machine that slept wakes with everything old, and what a warm start finds on disk is
 * old until the first poll has confirmed it.
 */
const sureAfterMs = 4_000;
/** So long, or as long as the alarm where that is shorter, it has to be over: what flaps is one outage. */
const steadyMs = 60_000;

interface Outage {
  last: Alarmed;
  readonly begunAt: number;
  readonly confirmedAt: string;
  isAnnounced: boolean;
  /** `null` while it lasts. */
  overSince: number | null;
}

/** Tells of stale service that outlasts its alarm: once an outage, once its recovery, for as long as the process runs. */
export class OutageWatch {
  private readonly outages = new Map<string, Outage>();
  private cancel: CancelTimer = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly state: DegradedState,
    private readonly emit: (alert: OutageAlert) => void,
  ) {}

  start(): void {
    this.look();
    this.cancel = this.clock.after(lookEveryMs, () => this.start());
  }

  stop(): void {
    this.cancel();
  }

  /** Namespaces whose outage was told and whose recovery was not. */
  active(): ReadonlySet<string> {
    return new Set([...this.outages].filter(([, { isAnnounced }]) => isAnnounced).map(([name]) => name));
  }

  private look(): void {
    const alarmed = new Map(this.state.alarmed().map((each) => [each.namespace, each]));
    for (const each of alarmed.values()) this.goesOn(each);
    for (const [namespace, outage] of this.outages)
      if (!alarmed.has(namespace)) this.mayBeOver(namespace, outage);
  }

  private goesOn(alarmed: Alarmed): void {
    const now = this.clock.now();
    const outage = this.outages.get(alarmed.namespace) ?? {
      last: alarmed,
      begunAt: now,
      confirmedAt: new Date(this.clock.wall() - alarmed.ageMs).toISOString(),
      isAnnounced: false,
      overSince: null,
    };
    this.outages.set(alarmed.namespace, outage);
    outage.last = alarmed;
    outage.overSince = null;
    if (outage.isAnnounced || now - outage.begunAt < sureAfterMs) return;
    outage.isAnnounced = true;
    this.tell('outage', outage);
  }

  private mayBeOver(namespace: string, outage: Outage): void {
    const now = this.clock.now();
    outage.overSince ??= now;
    const isSteady = now - outage.overSince >= Math.min(steadyMs, outage.last.alarmMs);
    if (outage.isAnnounced && !isSteady) return;
    this.outages.delete(namespace);
    if (outage.isAnnounced) this.tell('recovery', outage);
  }

  private tell(kind: OutageAlert['kind'], { last, confirmedAt }: Outage): void {
    const isOutage = kind === 'outage';
    this.emit({
      id: randomUUID(),
      kind,
      namespace: last.namespace,
      ageMs: Math.round(isOutage ? last.ageMs : (this.state.labels().get(last.namespace)?.age ?? 0)),
      alarmMs: last.alarmMs,
      confirmedAt,
      at: new Date(this.clock.wall()).toISOString(),
      reasons: isOutage ? this.state.view().reasons : [],
    });
  }
}
