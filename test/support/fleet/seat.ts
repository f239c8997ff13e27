import type { AsOf, LastgoodEvent } from '../../../src/core/index.js';
import type { FakeDatabase } from '../../../src/testing/index.js';
import type { Place as TierPlace } from './beyond-memory.js';
import type { Action, History } from './history.js';
import { tellOf } from './judge.js';
import { Member, type Surroundings } from './member.js';
import { Reads } from './reads.js';
import { absent, counted, placeOf, places, type Namespace, type Place, type Truth } from './truth.js';

/** A process, and whoever uses and watches it. */
export class Seat {
  readonly member: Member;
  readonly reads: Reads;
  /** Where content was changed uncounted while it was held; and how many alarms there had been. */
  readonly drifts = new Map<Place, { asOf: AsOf; alarms: number }>();
  private hasLeft = false;
  private readonly truth: Truth;
  private readonly database: FakeDatabase;
  private readonly clockSpread: () => number;

  constructor(name: string, around: Surroundings, history: History, tiers: TierPlace | null) {
    this.truth = around.truth;
    this.database = around.database;
    this.clockSpread = around.clockSpread;
    const fault = (what: string) => {
      if (!this.hasLeft) around.fault(what);
    };
    this.member = new Member(name, { ...around, fault }, history.listen, tiers);
    this.reads = new Reads(this.member);
    if (history.watchful) this.member.onEvent = (event) => this.lookAfter(event);
    this.member.follower.start();
  }

  /** Its place is taken by another process. */
  leave(killed: boolean): void {
    this.hasLeft = true;
    const { follower, clock } = this.member;
    if (killed || !clock.isRunning) clock.kill();
    else void follower.stop().finally(() => clock.kill());
  }

  happen(action: Exclude<Extract<Action, { on: number }>, { do: 'restart' }>): void {
    const { member, reads } = this;
    switch (action.do) {
      case 'peek':
        return reads.peek(action.place);
      case 'get':
        return void reads.get(action.place);
      case 'look':
        return member.look(action.place);
      case 'evict':
        this.drifts.delete(action.place);
        return reads.evict(action.place);
      case 'invalidate':
        member.readers[action.place.namespace].cache.invalidate(action.place.key);
        return;
      case 'get at least': {
        const { moments } = this.database;
        const { asOf } = moments[Math.max(0, moments.length - 1 - action.ago)]!;
        return void reads.getAtLeast(action.place, asOf);
      }
      case 'get all':
        return this.getAll();
      case 'look at all':
        return this.lookAtAll();
      case 'fold':
        return member.fold();
      case 'wake-ups':
        Object.assign(member.feed, { wakeTimes: action.times, wakeLateMs: action.lateMs });
        return;
      case 'polls':
        return member.pollChaos.always(action.suffer);
      case 'loads':
        return member.loadChaos.always(action.suffer);
      case 'redis':
        return member.beyond?.redisChaos.always(action.suffer);
      case 'loads lag':
        member.reach.lag = action.ago;
        return;
      case 'standby answers':
        member.reach.standby = action.ago;
        return;
      case 'step clock':
        return member.clock.step(action.ms);
      case 'suspend':
        return member.clock.suspend(action.ms);
    }
  }

  /** What is held, and one more. */
  getHeld(): void {
    for (const place of places) if (place.key === 'a' || this.isHeld(place)) void this.reads.get(place);
  }

  private getAll(): void {
    for (const place of places) void this.reads.get(place);
  }

  /** Something that this process may hold was changed past the counter, which stands at `asOf`. */
  drifted(place: Place, asOf: AsOf, content: string): void {
    const held = this.member.readers[place.namespace].cache.entry(place.key);
    if (held?.asOf?.changeId !== asOf.changeId || held.asOf.epoch !== asOf.epoch) return;
    if ((held.absent ? absent : held.value) === content)
      this.drifts.set(place, { asOf, alarms: this.alarmsOf(place) });
  }

  expectPinned(): void {
    if (this.member.waitsFor(places[0]!) === 0) this.expectFresh(places[0]!, counted);
  }

  /** Returns for how long at most the process may leave alone what it does not serve yet. */
  expectHealed(): number {
    const waits = places.map((place) => {
      if (!this.isHeld(place)) return 0;
      const ms = this.member.waitsFor(place);
      if (ms === 0) this.expectFresh(place, counted);
      return ms;
    });
    return Math.max(...waits);
  }

  expectExact(): void {
    for (const place of places) if (this.isHeld(place)) this.expectFresh(place, (content) => content);
    const { asOf } = this.database.current;
    for (const [place, drift] of this.drifts) {
      const isSame = drift.asOf.changeId === asOf.changeId && drift.asOf.epoch === asOf.epoch;
      if (isSame && this.alarmsOf(place) === drift.alarms) this.member.fault(`no alarm of ${place.key}`);
    }
  }

  private expectFresh(place: Place, view: (content: string) => string): void {
    const { member, truth } = this;
    const result = member.readers[place.namespace].describe(place.key);
    const content = result === null ? 'nothing' : result.absent ? absent : result.data;
    const isTrue = view(content) === view(truth.current(place));
    // What only its own loads confirm may have come to the end of its maxAge at this moment; so may what was stored by
    // a process whose clock is behind, since the counter confirms nothing for longer than an hour.
    const mayAge = place.namespace === 'external' || this.clockSpread() > 0;
    const hasJustAged = mayAge && result?.reason === 'revalidating';
    if (isTrue && (hasJustAged || result?.isStale === false)) return;
    member.fault(
      `not healed: ${place.namespace} ${place.key} is ${result && tellOf(result)}, true is ${truth.current(place)}`,
    );
  }

  private lookAfter(event: LastgoodEvent): void {
    if ('key' in event) this.member.look(placeOf(event.namespace as Namespace, event.key));
    else if ('stream' in event && !event.type.startsWith('feed')) this.lookAtAll();
  }

  private lookAtAll(): void {
    for (const place of places) this.member.look(place);
  }

  private isHeld({ namespace, key }: Place): boolean {
    return namespace === 'config' || this.member.readers[namespace].cache.has(key);
  }

  private alarmsOf({ namespace, key }: Place): number {
    return this.member.alarms.get(`${namespace} ${key}`) ?? 0;
  }
}
