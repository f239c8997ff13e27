import type { CancelTimer, Clock } from '../clock.js';
import type { Report } from '../events.js';
import { adoptHistory, applyChanges, confirm, leaveHistory, loseLineage, maxScopes } from './apply-reply.js';
import type { ChangeFeed, PollReply } from './change-feed.js';
import { classifyReply, type Ignored, type Verdict } from './classify-reply.js';
import type { Changed, Dependent, Pinned } from './pinned.js';
import type { Stream } from './stream.js';
import type { Gap, StreamState } from './stream-state.js';
import { Waiters } from './waiters.js';

const pollIntervalMs = 1_000;
const pollSpread = 0.2;
const wakeSpreadMs = 20;
/** Beyond this disagreement of the two clocks nothing is taken as confirmed until the next poll (CO-14). */
const maxClockDisagreementMs = 5_000;

export interface FollowerOptions {
  readonly clock: Clock;
  readonly report: Report;
  readonly feed: ChangeFeed;
  readonly stream: Stream;
  /** Whether notifications are used as wake-ups; without them the poll alone tells of changes. */
  readonly listen: boolean;
  /** A change of this scope alone tells that changes arrive, and nothing of any origin: no back-off ends by it. */
  readonly probeScope?: string;
  /** Uniform in 0..1. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Keeps one stream's state true: polls every second and at every wake-up, one poll at a time, loads what is pinned,
 * then commits what the reply says. All decisions are pure functions (`classifyReply`, `applyChanges`).
 */
export class StreamFollower {
  private readonly dependents: Dependent[] = [];
  private readonly pinned: Pinned[] = [];
  private readonly waiters: Waiters;
  private readonly random: () => number;
  private cancelNext: CancelTimer = () => undefined;
  private nextAt = Number.POSITIVE_INFINITY;
  private unsubscribe: () => Promise<void> = async () => undefined;
  private turning: Promise<void> | null = null;
  private dirty = false;
  private stopped = false;
  private answered = false;
  /** The first turn has ended, well or not. */
  private asked = false;
  /** Why the last history was left, until the next one is adopted. */
  private leftBecause: Gap | null = null;
  /** Of the two clocks, when this last looked. */
  private disagreement: number;

  constructor(private readonly options: FollowerOptions) {
    this.random = options.random ?? Math.random;
    this.disagreement = options.clock.sync();
    this.waiters = new Waiters(options.clock);
  }

  get stream(): Stream {
    return this.options.stream;
  }

  /** Tells this how the stream fares. */
  attach(dependent: Dependent): void {
    this.dependents.push(dependent);
  }

  /** Loads this eagerly on each change. */
  pin(pinned: Pinned): void {
    this.attach(pinned);
    this.pinned.push(pinned);
  }

  start(): void {
    if (this.options.listen) this.unsubscribe = this.options.feed.subscribe(() => this.wake());
    this.turn();
  }

  /** Ends the timers and the subscription, and waits for the turn that runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelNext();
    this.waiters.abandon();
    await this.unsubscribe();
    await this.turning;
  }

  /** Something may have changed: look soon. */
  wake(): void {
    if (this.turning !== null) {
      this.dirty = true;
      return;
    }
    // A storm of wake-ups must not put the turn off.
    const delayMs = this.random() * wakeSpreadMs;
    if (this.options.clock.now() + delayMs < this.nextAt) this.turnAfter(delayMs);
  }

  /** True once everything pinned can be served, false if that takes longer than `withinMs`. */
  whenLoaded(withinMs: number): Promise<boolean> {
    return this.waiters.until(() => this.pinned.every((each) => each.isLoaded), withinMs);
  }

  /** True once the first poll was answered or has failed, false if that takes longer than `withinMs`. */
  whenAsked(withinMs: number): Promise<boolean> {
    return this.waiters.until(() => this.asked, withinMs);
  }

  /** True once this process has applied `version`, false if that takes longer than `withinMs`. */
  whenApplied(version: number, withinMs: number): Promise<boolean> {
    this.wake();
    return this.waiters.until(() => this.stream.state.applied.version >= version, withinMs);
  }

  private turnAfter(ms: number): void {
    this.cancelNext();
    if (this.stopped) return;
    this.nextAt = this.options.clock.now() + ms;
    this.cancelNext = this.options.clock.after(ms, () => this.turn());
  }

  private turn(): void {
    this.cancelNext();
    this.dirty = false;
    this.turning = this.pollAndApply().finally(() => {
      this.turning = null;
      this.asked = true;
      this.waiters.check();
      this.turnAfter(
        this.dirty
          ? this.random() * wakeSpreadMs
          : pollIntervalMs * (1 - pollSpread + 2 * pollSpread * this.random()),
      );
    });
  }

  private async pollAndApply(): Promise<void> {
    const { clock, feed, stream, report } = this.options;
    const disagreement = clock.sync();
    const isNew = disagreement - this.disagreement > maxClockDisagreementMs;
    this.disagreement = disagreement;
    if (isNew) {
      stream.commit({ ...stream.state, confirmedThrough: Number.NEGATIVE_INFINITY });
    }
    const sentAt = clock.now();
    const { seen } = stream;
    const { epoch, applied } = stream.state;
    let reply: PollReply;
    try {
      reply = await feed.poll(epoch === null ? null : applied.version);
    } catch (error) {
      this.answered = false;
      stream.isReachable = false;
      report({ type: 'feed-failed', stream: stream.name, error });
      return;
    }
    const verdict = classifyReply(stream.state, reply, seen.get(reply.epoch));
    if (verdict.kind === 'ignored') {
      this.answered = false;
      report({ type: 'feed-ignored', stream: stream.name });
      return;
    }
    if (!this.answered) {
      this.answered = true;
      stream.isReachable = true;
      this.clearBackOffs();
      report({ type: 'feed-answered', stream: stream.name });
    }
    await this.act(reply, verdict, sentAt);
  }

  private async act(reply: PollReply, verdict: Exclude<Verdict, Ignored>, sentAt: number): Promise<void> {
    const { clock, feed, stream, report } = this.options;
    switch (verdict.kind) {
      case 'lost':
        if (stream.state.epoch !== null || stream.state.lost?.epoch !== reply.epoch) {
          stream.commit(loseLineage(stream.state, reply.epoch, verdict.gap, clock.now()));
          this.spreadLoads();
          report({ type: 'lineage-lost', stream: stream.name, gap: verdict.gap });
        }
        try {
          await feed.raiseEpoch(reply.epoch);
          this.dirty = true;
        } catch (error) {
          report({ type: 'feed-failed', stream: stream.name, error });
        }
        return;
      case 'adopt': {
        if (verdict.gap !== null) return this.leave(reply, verdict.gap);
        const gap = this.leftBecause;
        this.leftBecause = null;
        // What is held is of another history: it is stale from now on, not only once the new values are loaded.
        this.commit(adoptHistory(stream.state, reply, clock.now()), reply, sentAt);
        report({ type: 'history-adopted', stream: stream.name, gap });
        this.clearBackOffs();
        if (gap !== null) this.spreadLoads();
        await this.loadPinned(reply);
        return;
      }
      case 'confirmed':
      case 'changes': {
        const scopes = [...new Set(reply.changes.map((change) => change.scope))];
        if (scopes.some((scope) => scope !== this.options.probeScope)) this.clearBackOffs();
        const isWhole = scopes.length > 0 && !reply.more;
        await this.loadPinned(reply, isWhole ? { since: stream.state.applied.version, scopes } : undefined);
        this.commit(applyChanges(stream.state, reply, clock.now()), reply, sentAt);
        if (scopes.length === 0) return;
        report({ type: 'changes-applied', stream: stream.name, version: reply.version, scopes });
      }
    }
  }

  /** A log that does not go on from what was applied may hold purges before it, and is read whole (CO-13). */
  private leave({ epoch }: PollReply, gap: Gap): Promise<void> {
    const { clock, stream } = this.options;
    stream.commit(leaveHistory(stream.state, epoch, clock.now()));
    this.leftBecause = gap;
    return this.pollAndApply();
  }

  /** Pinned values first, their watermarks after (CO-9): a reader meets the new value or the old one, never a wait. */
  private async loadPinned(target: PollReply, changed?: Changed): Promise<void> {
    await Promise.allSettled(this.pinned.map((each) => each.follow(target, changed)));
  }

  private clearBackOffs(): void {
    for (const each of this.dependents) each.originRecovered();
  }

  private spreadLoads(): void {
    for (const each of this.dependents) each.lineageChanged();
  }

  private commit(next: StreamState, reply: PollReply, sentAt: number): void {
    if (reply.more) this.dirty = true;
    this.stream.commit(reply.more ? next : confirm(next, sentAt));
    if (next.watermarks.size > maxScopes) this.stream.fold(this.options.clock.now());
    const purged = reply.changes.filter(({ kind }) => kind === 'purged').map(({ scope }) => scope);
    if (purged.length > 0) {
      this.options.report({ type: 'purged', stream: this.stream.name, scopes: [...new Set(purged)] });
    }
  }
}
