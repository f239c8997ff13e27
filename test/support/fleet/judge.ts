import type { AsOf, ReadResult } from '../../../src/core/index.js';
import type { DatabaseMoment, FakeDatabase } from '../../../src/testing/index.js';
import type { Knowledge } from './knowledge.js';
import type { Answer, Told } from './ports.js';
import { Removals } from './removals.js';
import { absent, counted, scopesOf, type Place, type Truth } from './truth.js';

const hourMs = 3_600_000;

type Arrival = Answer & { readonly current: DatabaseMoment };
/** By place, what loads were answered. */
export type Arrivals = Map<Place, Arrival[]>;

/** What was served of a place, at this moment and before it. */
interface Served {
  readonly asOf: AsOf;
  readonly at: number;
  readonly before: AsOf | undefined;
}

/** What all processes have in common. */
export interface Everybody {
  readonly truth: Truth;
  readonly database: FakeDatabase;
  readonly now: () => number;
  /** Of all processes that share tiers, those that are gone included. */
  readonly arrivals: Arrivals;
  /** By how much the clocks of these disagree at most. */
  readonly clockSpread: () => number;
}

/** Holds every answer of one process against the whole true history. */
export class Judge {
  private readonly own: Arrivals = new Map();
  private readonly served = new Map<Place, Served>();
  private readonly removals: Removals;
  /** What it knew at this very moment, the newest last: an answer may be some microtasks old when it is looked at. */
  private known: { at: number; all: Knowledge[] } = { at: 0, all: [null] };

  constructor(
    private readonly everybody: Everybody,
    private readonly fault: (what: string) => void,
  ) {
    this.removals = new Removals(everybody.truth);
  }

  learn(knowledge: Knowledge): void {
    const now = this.everybody.now();
    this.removals.learn(knowledge);
    // A lineage that broke may come back to an earlier point of it.
    if (knowledge?.moment.asOf.epoch !== this.known.all.at(-1)?.moment.asOf.epoch) this.served.clear();
    const before = this.known.at === now ? this.known.all : this.known.all.slice(-1);
    this.known = { at: now, all: [...before, knowledge] };
  }

  /** A load was answered now, whenever it was read. */
  arrived(answer: Answer): void {
    const { current } = this.everybody.database;
    for (const arrivals of [this.own, this.everybody.arrivals]) {
      const all = arrivals.get(answer.place) ?? [];
      arrivals.set(answer.place, all);
      all.push({ ...answer, current });
    }
  }

  forget(place: Place): void {
    this.served.delete(place);
  }

  /** @param isLate it was answered some microtasks ago */
  answer(place: Place, result: ReadResult<string>, maxAgeMs: number, isLate: boolean): void {
    const content = result.absent ? absent : result.data;
    const tell = (what: string) =>
      this.fault(
        `${nameOf(place)}: ${what}: ${tellOf(result)}, true is ${this.everybody.truth.current(place)}`,
      );
    const saw = this.lastSeen(place, content);
    if (saw === Number.NEGATIVE_INFINITY) return tell('invented');
    const { now, clockSpread } = this.everybody;
    if (!(result.age >= 0) || !this.isOfAge(place, content, saw, now() - result.age - clockSpread()))
      tell('older than its age');
    if (!result.isStale) this.fresh(place, content, result, maxAgeMs, isLate, tell);
    const isJustLearnt = isLate && this.known.at === now();
    if (!isJustLearnt && this.removals.isPurged(place, result.asOf)) tell('purged');
    if (place.namespace === 'external' && this.removals.isCold && this.arrivedAs(place, content).length === 0)
      tell('personal, and served at a cold start');
    this.goesForward(place, result.asOf, isLate, tell);
  }

  private fresh(
    place: Place,
    content: string,
    { age, asOf }: ReadResult<string>,
    maxAgeMs: number,
    isLate: boolean,
    tell: (what: string) => void,
  ): void {
    if (age > maxAgeMs) tell('fresh past its maxAge');
    const isJustLearnt = isLate && this.known.at === this.everybody.now();
    const known = isJustLearnt ? this.known.all : this.known.all.slice(-1);
    const isProven = (each: Knowledge) =>
      each !== null &&
      this.mayBeFresh(place, content, each) &&
      !this.removals.isInvalidated(place, asOf, each);
    if (!known.some(isProven)) tell('fresh, and not proven by what the process was told');
  }

  /** It is what the process was told, or newer than that. */
  private mayBeFresh(place: Place, content: string, told: NonNullable<Knowledge>): boolean {
    if (place.namespace === 'external') return this.mayOutsideBeFresh(place, content, told);
    const isIt = (seen: string) => counted(seen) === counted(content);
    const { truth, database } = this.everybody;
    const { moments } = database;
    for (let i = moments.length - 1; i >= told.sentAt.index; i--) {
      if (isIt(truth.content(moments[i]!, place))) return true;
    }
    const lineage = new Set<unknown>();
    for (let at = told.moment as Told['moment'] | null; at !== null; at = at.before) {
      lineage.add(at);
      if (at.asOf.version >= told.applied && isIt(truth.content(at, place))) return true;
    }
    // Of a point beyond what was applied nobody can tell, before the next poll, that the history does not have it.
    const isPart = told.applied < told.moment.asOf.version;
    return this.arrivedAs(place, content).some(
      ({ current, moment }) =>
        (isPart || current.index >= told.sentAt.index) &&
        !lineage.has(moment) &&
        moment!.asOf.version > told.applied,
    );
  }

  private mayOutsideBeFresh(place: Place, content: string, told: NonNullable<Knowledge>): boolean {
    const scopes = scopesOf(place.key);
    let change: Told['moment'] | null = told.moment;
    const touches = ({ asOf: { version }, before, log }: Told['moment']) =>
      version <= told.applied &&
      version !== before?.asOf.version &&
      log.some((row) => row.version === version && scopes.includes(row.scope));
    while (change !== null && !touches(change)) change = change.before;
    if (change === null || this.everybody.truth.wasTrueSince(place, content, change)) return true;
    const { index } = change;
    return this.arrivedAnywhereAs(place, content).some(
      ({ lagsAt, current }) => lagsAt !== null && current.index >= index,
    );
  }

  private isOfAge(place: Place, content: string, saw: number, since: number): boolean {
    if (saw >= since) return true;
    if (place.namespace === 'external') return false;
    // What is changed past the counter is found within an hour.
    const asCounted = this.everybody.truth.lastTrue(place, counted(content), counted);
    return Math.max(asCounted, saw) >= since && saw + hourMs >= since;
  }

  /** When it was last true, or answered by a load that lagged behind. */
  private lastSeen(place: Place, content: string): number {
    let last = this.everybody.truth.lastTrue(place, content);
    for (const { lagsAt } of this.arrivedAnywhereAs(place, content)) last = Math.max(last, lagsAt ?? last);
    return last;
  }

  private arrivedAs(place: Place, content: string): readonly Arrival[] {
    return this.own.get(place)?.filter((each) => each.content === content) ?? [];
  }

  private arrivedAnywhereAs(place: Place, content: string): readonly Arrival[] {
    return this.everybody.arrivals.get(place)?.filter((each) => each.content === content) ?? [];
  }

  private goesForward(place: Place, asOf: AsOf | null, isLate: boolean, tell: (what: string) => void): void {
    if (asOf === null) return;
    const at = this.everybody.now();
    const last = this.served.get(place);
    const before = last?.at === at ? last.before : last?.asOf;
    // What was answered some microtasks ago may have been overtaken.
    const from = isLate ? before : last?.asOf;
    if (from?.epoch === asOf.epoch && asOf.version < from.version) tell(`goes back from ${from.version}`);
    if (!isLate || from === last?.asOf) this.served.set(place, { asOf, at, before });
  }
}

/** An answer, in short. */
export const tellOf = ({ data, absent: isAbsent, isStale, reason, age, asOf }: ReadResult<string>) =>
  `${isAbsent ? absent : data}, ${isStale ? 'stale' : 'fresh'} ${reason}, age ${age}, as of ${JSON.stringify(asOf)}`;

const nameOf = ({ namespace, key }: Place) => `${namespace} ${key}`;
