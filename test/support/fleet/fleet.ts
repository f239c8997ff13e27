import { FakeDatabase, VirtualClock, type DatabaseMoment } from '../../../src/testing/index.js';
import type { Action, History } from './history.js';
import { Seat } from './seat.js';
import { outsideKeys, Outside, places, Truth } from './truth.js';

const hourMs = 3_600_000;

/** Some processes of the real code on one database, to which a history happens. */
export class Fleet {
  readonly faults: string[] = [];
  readonly clock = new VirtualClock();
  readonly database = new FakeDatabase(() => this.clock.now());
  readonly seats: Seat[] = [];
  private readonly outside = new Map(outsideKeys.map((key) => [key, new Outside()]));
  protected readonly startedAt = this.clock.now();
  protected readonly truth = new Truth(this.database, this.outside);
  private readonly untold = new Set<string>();
  protected readonly random: () => number;
  private tokens = 0;
  private hasDrifted = false;

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

  /** All faults end; soon everybody serves what is true, as fresh (P6). */
  async heal(): Promise<void> {
    for (const { member } of this.seats) member.heal();
    for (const scope of this.untold) this.change([scope]);
    // What hangs runs into its deadline.
    await this.clock.advance(2_000);
    await this.clock.advance(5_000);
    for (const seat of this.seats) seat.expectPinned();
    await this.readAll();
    let waits = 0;
    for (const seat of this.seats) waits = Math.max(waits, seat.expectHealed());
    if (waits > 0) await this.expectHealedAfter(waits);
    if (this.hasDrifted) await this.expectDriftFound();
    await this.end();
  }

  private async expectHealedAfter(waits: number): Promise<void> {
    await this.clock.advance(waits);
    for (const seat of this.seats) seat.expectPinned();
    await this.readAll();
    for (const seat of this.seats) {
      if (seat.expectHealed() > 0) this.faults.push('a key is still left alone, long after all is well');
    }
  }

  /** What was changed past the counter is found by the hourly backstop. */
  private async expectDriftFound(): Promise<void> {
    for (const { member } of this.seats) member.clock.step(hourMs * 1.1);
    await this.clock.advance(2_500);
    await this.readAll();
    for (const seat of this.seats) seat.expectExact();
  }

  private async readAll(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      for (const seat of this.seats) seat.getHeld();
      await this.clock.advance(60);
    }
  }

  private async end(): Promise<void> {
    const { pending } = this.clock;
    if (pending > 2 * this.seats.length) this.faults.push(`${pending} timers wait`);
    for (const { member, reads } of this.seats) {
      if (reads.open > 0) this.faults.push(`${reads.open} reads never settled`);
      await member.follower.stop();
    }
    if (this.clock.pending > 0) this.faults.push(`${this.clock.pending} timers are left`);
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
    }
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

  private seat(i: number): Seat {
    const { clock, database, truth, random, faults, history } = this;
    return new Seat(`p${i}`, { clock, database, truth, random, fault: (what) => faults.push(what) }, history);
  }

  private token(scope: string): string {
    return `${scope}${++this.tokens}`;
  }
}

const diceOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
