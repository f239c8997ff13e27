import { FakeDatabase, FakeTier, VirtualClock, type DatabaseMoment } from '../../../src/testing/index.js';
import { Shared } from './beyond-memory.js';
import type { Action, History } from './history.js';
import type { Arrivals } from './judge.js';
import { diceOf } from './dice.js';
import { Seat } from './seat.js';
import { outsideKeys, Outside, places, Truth } from './truth.js';

/** Some processes of the real code on one database, to which a history happens. */
export class LivingFleet {
  readonly faults: string[] = [];
  readonly clock = new VirtualClock();
  readonly database = new FakeDatabase(() => this.clock.now());
  readonly seats: Seat[] = [];
  private readonly outside = new Map(outsideKeys.map((key) => [key, new Outside()]));
  protected readonly startedAt = this.clock.now();
  protected readonly truth = new Truth(this.database, this.outside);
  protected readonly untold = new Set<string>();
  protected readonly random: () => number;
  protected readonly shared = new Shared(this.clock);
  protected readonly disks: FakeTier[] = [];
  private readonly arrivals: Arrivals = new Map();
  protected clockSpread = 0;
  private tokens = 0;
  protected hasDrifted = false;

  constructor(readonly history: History) {
    this.random = diceOf(history.seed);
    this.database.batch = history.batch;
    for (const key of outsideKeys) this.changeOutside(key);
    this.change(['a', 'b']);
  }

  async boot(): Promise<void> {
    for (let i = 0; i < this.history.processes; i++) this.seats.push(this.seat(i));
    await this.clock.advance(10);
  }

  async happen(action: Action): Promise<void> {
    if ('ms' in action && !('on' in action)) return this.pass(action);
    if ('on' in action) this.happenOn(action.on % this.seats.length, action);
    else this.happenToData(action);
    await this.clock.advance(0);
  }

  change(scopes: readonly string[], gone = false): number {
    const rows = scopes.map((scope) => [scope, gone ? null : this.token(scope)] as const);
    const { version } = this.database.change(Object.fromEntries(rows));
    this.database.notify();
    return version;
  }

  /** Time passes; perhaps while the machine of all processes is suspended. */
  private async pass({ do: how, ms }: Extract<Action, { do: 'wait' | 'all sleep' }>): Promise<void> {
    if (how === 'all sleep') for (const { member } of this.seats) member.clock.suspend(ms);
    await this.clock.advance(ms);
  }

  private happenToData(action: Exclude<Action, { on: number } | { do: 'wait' | 'all sleep' }>): void {
    const { database } = this;
    const { moments, current } = database;
    switch (action.do) {
      case 'change':
        this.change(action.scopes, action.gone);
        return;
      case 'change outside':
        this.changeOutside(action.key);
        if (action.told) this.change([action.key]);
        else this.untold.add(action.key);
        return;
      case 'change uncounted':
        return this.changeUncounted(action.scope);
      case 'fail over': {
        let kept = current;
        while (kept.before !== null && kept.asOf.version > current.asOf.version - action.lose)
          kept = kept.before;
        this.putBack(kept);
        for (const scopes of action.thenChange) this.change(scopes);
        return;
      }
      case 'restore':
        return this.putBack(moments[Math.max(0, moments.length - 1 - action.ago)]!);
      case 'trim':
        return database.trim(current.asOf.version - action.keep);
      case 'invalidate everywhere':
        return this.mark(action.scope, 'changed');
      case 'purge':
        return this.mark(action.scope, 'purged');
      case 'flush redis':
        return this.shared.redis.entries.clear();
      case 'redis is out':
        for (const { member } of this.seats) {
          if (action.for === 'all') member.beyond?.redisChaos.alwaysThrow();
          else member.beyond?.redisChaos.alwaysPass();
        }
        return;
    }
  }

  private mark(scope: string, kind: 'changed' | 'purged'): void {
    this.database.mark([scope], kind);
    this.database.notify();
  }

  private putBack(moment: DatabaseMoment): void {
    this.database.putBack(moment);
    for (const seat of this.seats) seat.drifts.clear();
    for (const [key, { past }] of this.outside) if (past.at(-1)!.since > moment.index) this.untold.add(key);
  }

  private happenOn(on: number, action: Extract<Action, { on: number }>): void {
    const seat = this.seats[on]!;
    if (action.do === 'restart') {
      seat.leave(action.killed);
      this.seats[on] = this.seat(on);
    } else if (seat.member.clock.isRunning) seat.happen(action);
    if (action.do === 'step clock') this.clockSpread += Math.abs(action.ms);
    // What is outside and was read late is found to be old once more is told, or at the end of its maxAge.
    if (action.do === 'loads lag' && action.ago > 0) for (const key of outsideKeys) this.untold.add(key);
  }

  private changeUncounted(scope: string): void {
    const { asOf, rows } = this.database.current;
    const row = rows.get(scope);
    if (row === undefined) return;
    this.hasDrifted = true;
    const touched = places.filter((place) => place.namespace !== 'external');
    const before = touched.map((place) => this.truth.current(place));
    this.database.changeUncounted({ [scope]: `${row.replace(/~.*/, '')}~${++this.tokens}` });
    touched.forEach((place, i) => {
      if (this.truth.current(place) === before[i]) return;
      for (const seat of this.seats) seat.drifted(place, asOf, before[i]!);
    });
  }

  private changeOutside(key: string): void {
    this.outside.get(key)!.change(this.token(key), this.clock.now(), this.database.moments.length);
  }

  protected seat(i: number): Seat {
    const { clock, database, truth, random, faults, history, arrivals } = this;
    const around = {
      clock,
      database,
      truth,
      random,
      arrivals,
      now: () => clock.now(),
      clockSpread: () => (history.tiers ? this.clockSpread : 0),
      fault: (what: string) => faults.push(what),
    };
    const disk = (this.disks[i] ??= new FakeTier('disk'));
    return new Seat(`p${i}`, around, history, history.tiers ? { shared: this.shared, disk } : null);
  }

  private token(scope: string): string {
    return `${scope}${++this.tokens}`;
  }
}
