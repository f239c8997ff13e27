import type { Clock, LastgoodEvent, ReadResult } from '../../core/index.js';

export type Status = 'ok' | 'degraded' | 'critical';

export interface DegradedView {
  readonly status: Status;
  /** ISO 8601; `null` while ok. */
  readonly since: string | null;
  readonly reasons: readonly string[];
}

/** What the state must know of a namespace whose staleness matters to the whole process. */
export interface Watched {
  readonly namespace: string;
  /** The label of what is held now, or `null` when nothing is. */
  readonly read: () => ReadResult<unknown> | null;
  /** From this age the state is critical. */
  readonly staleAlarmMs: number;
  /** While it is not there, everything else is served all the same. */
  readonly optional?: boolean;
}

/** A namespace whose stale service has outlasted its alarm. */
export interface Alarmed {
  readonly namespace: string;
  readonly ageMs: number;
  readonly alarmMs: number;
}

/** Of a namespace that nobody watches, a load that failed so long ago (ms) says nothing of now: nobody may ask again. */
const unwatchedFailureMs = 5_000;

interface Moment {
  readonly now: number;
  readonly wall: number;
}

/**
 * Whether this process can do all it should, as a fold over events and the labels of what is held. Degraded is not
 * stale: it begins the moment a dependency cannot be reached.
 */
export class DegradedState {
  private readonly since = new Map<string, Moment>();
  private readonly watched: Watched[] = [];
  /** By namespace, when a load of it last failed. */
  private readonly lastFailure = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  watch(watched: Watched): void {
    this.watched.push(watched);
  }

  readonly fold = (event: LastgoodEvent): void => {
    switch (event.type) {
      case 'feed-failed':
        return this.begin(`postgres-unreachable:${event.stream}`);
      case 'feed-ignored':
        return this.begin(`postgres-standby:${event.stream}`);
      case 'feed-answered':
        this.since.delete(`postgres-standby:${event.stream}`);
        this.since.delete(`postgres-unreachable:${event.stream}`);
        return;
      case 'load-failed':
        this.lastFailure.set(event.namespace, this.clock.now());
        return this.begin(`load-failed:${event.namespace}`);
      case 'tier-state':
        if (event.isUp) this.since.delete(`${event.tier}-unreachable`);
        else this.begin(`${event.tier}-unreachable`);
        return;
      case 'namespace-frozen':
        return this.begin(`frozen:${event.namespace}`);
      case 'namespace-thawed':
        this.since.delete(`frozen:${event.namespace}`);
        return;
      case 'load-succeeded':
        this.since.delete(`load-failed:${event.namespace}`);
        return;
      default:
    }
  };

  /** From memory alone: no dependency is asked. */
  view(): DegradedView {
    let critical = false;
    for (const watched of this.watched) {
      const { namespace, staleAlarmMs, optional = false } = watched;
      const held = watched.read();
      const isMissing = held === null && !optional;
      const isSpent = held !== null && !this.canServeFrom(watched, held);
      // A poll that confirms what is held makes the load that failed before it needless.
      if (held !== null && !held.isStale) this.since.delete(`load-failed:${namespace}`);
      this.mark(`nothing-to-serve:${namespace}`, isMissing);
      this.mark(`stale:${namespace}`, held?.isStale ?? false);
      this.mark(`too-stale:${namespace}`, isSpent);
      critical ||= isMissing || isSpent || (held !== null && held.age >= staleAlarmMs);
    }
    this.forgetOldFailures();
    if (this.since.size === 0) return { status: 'ok', since: null, reasons: [] };
    const [first] = [...this.since.values()].toSorted((a, b) => a.now - b.now);
    return {
      status: critical ? 'critical' : 'degraded',
      since: new Date(first!.wall).toISOString(),
      reasons: [...this.since.keys()].toSorted(),
    };
  }

  /** What makes the state critical though it is served; none while the state is ok. */
  alarmed(): Alarmed[] {
    if (this.view().status !== 'critical') return [];
    return this.watched.flatMap(({ namespace, read, staleAlarmMs: alarmMs }) => {
      const ageMs = read()?.age;
      return ageMs !== undefined && ageMs >= alarmMs ? [{ namespace, ageMs, alarmMs }] : [];
    });
  }

  /** `view().status === 'ok'`, cheap enough to ask for every request. */
  isOk(): boolean {
    if (this.since.size > 0) return this.view().status === 'ok';
    for (const { read, optional = false } of this.watched) {
      const held = read();
      if (held === null ? !optional : held.isStale) return false;
    }
    return true;
  }

  /** Everything that must be served can be, stale included, though not past its last limit. */
  canServe(): boolean {
    return this.watched.every((watched) => this.canServeFrom(watched, watched.read()));
  }

  /** The namespaces watched, with the label of each. */
  labels(): ReadonlyMap<string, ReadResult<unknown> | null> {
    return new Map(this.watched.map(({ namespace, read }) => [namespace, read()]));
  }

  /** What is past its last limit is a moment's matter where a load brings the next, as after an edit. */
  private canServeFrom({ namespace, optional = false }: Watched, held: ReadResult<unknown> | null): boolean {
    if (optional) return true;
    if (held === null) return false;
    return held.band !== 'expired' || !this.isFailing(namespace);
  }

  private isFailing(namespace: string): boolean {
    for (const reason of this.since.keys())
      if (reason === `load-failed:${namespace}` || reason.startsWith('postgres-')) return true;
    return false;
  }

  private forgetOldFailures(): void {
    for (const [namespace, at] of this.lastFailure) {
      if (this.watched.some((each) => each.namespace === namespace)) continue;
      if (this.clock.now() - at < unwatchedFailureMs) continue;
      this.since.delete(`load-failed:${namespace}`);
      this.lastFailure.delete(namespace);
    }
  }

  private mark(reason: string, holds: boolean): void {
    if (holds) this.begin(reason);
    else this.since.delete(reason);
  }

  private begin(reason: string): void {
    if (!this.since.has(reason)) this.since.set(reason, { now: this.clock.now(), wall: this.clock.wall() });
  }
}
