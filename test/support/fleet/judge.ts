import type { AsOf, ReadResult } from '../../../src/core/index.js';
import type { DatabaseMoment, FakeDatabase } from '../../../src/testing/index.js';
import type { Answer, Told } from './ports.js';
import { absent, counted, scopesOf, type Place, type Truth } from './truth.js';

const hourMs = 3_600_000;

/** What a process was told by the polls it has committed; `null` where it can prove nothing. */
export type Knowledge = (Told & { readonly applied: number }) | null;

/** Holds every answer of one process against the whole true history. */
export class Judge {
  private readonly arrivals = new Map<Place, (Answer & { readonly current: DatabaseMoment })[]>();
  private readonly served = new Map<Place, AsOf>();
  /** What it knew at this very moment, the newest last: an answer may be some microtasks old when it is looked at. */
  private known: { at: number; all: Knowledge[] } = { at: 0, all: [null] };

  constructor(
    private readonly truth: Truth,
    private readonly database: FakeDatabase,
    private readonly now: () => number,
    private readonly fault: (what: string) => void,
  ) {}

  learn(knowledge: Knowledge): void {
    const now = this.now();
    // A lineage that broke may come back to an earlier point of it.
    if (knowledge?.moment.asOf.epoch !== this.known.all.at(-1)?.moment.asOf.epoch) this.served.clear();
    const before = this.known.at === now ? this.known.all : this.known.all.slice(-1);
    this.known = { at: now, all: [...before, knowledge] };
  }

  /** A load was answered now, whenever it was read. */
  arrived(answer: Answer): void {
    const { current } = this.database;
    const all = this.arrivals.get(answer.place) ?? [];
    this.arrivals.set(answer.place, all);
    all.push({ ...answer, current });
  }

  forget(place: Place): void {
    this.served.delete(place);
  }

  /** @param isLate it was answered some microtasks ago */
  answer(place: Place, result: ReadResult<string>, maxAgeMs: number, isLate: boolean): void {
    const content = result.absent ? absent : result.data;
    const tell = (what: string) =>
      this.fault(`${nameOf(place)}: ${what}: ${tellOf(result)}, true is ${this.truth.current(place)}`);
    const saw = this.lastSeen(place, content);
    if (saw === Number.NEGATIVE_INFINITY) return tell('invented');
    if (!(result.age >= 0) || !this.isOfAge(place, content, saw, this.now() - result.age))
      tell('older than its age');
    if (!result.isStale) this.fresh(place, content, result, maxAgeMs, isLate, tell);
    this.goesForward(place, result.asOf, tell);
  }

  private fresh(
    place: Place,
    content: string,
    { age }: ReadResult<string>,
    maxAgeMs: number,
    isLate: boolean,
    tell: (what: string) => void,
  ): void {
    if (age > maxAgeMs) tell('fresh past its maxAge');
    const known = isLate && this.known.at === this.now() ? this.known.all : this.known.all.slice(-1);
    const isProven = (each: Knowledge) => each !== null && this.mayBeFresh(place, content, each);
    if (!known.some(isProven)) tell('fresh, and not proven by what the process was told');
  }

  /** It is what the process was told, or newer than that. */
  private mayBeFresh(place: Place, content: string, told: NonNullable<Knowledge>): boolean {
    if (place.namespace === 'external') return this.mayOutsideBeFresh(place, content, told);
    const isIt = (seen: string) => counted(seen) === counted(content);
    const { moments } = this.database;
    for (let i = moments.length - 1; i >= told.sentAt.index; i--) {
      if (isIt(this.truth.content(moments[i]!, place))) return true;
    }
    const lineage = new Set<unknown>();
    for (let at = told.moment as Told['moment'] | null; at !== null; at = at.before) {
      lineage.add(at);
      if (at.asOf.version >= told.applied && isIt(this.truth.content(at, place))) return true;
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
    if (change === null || this.truth.wasTrueSince(place, content, change)) return true;
    const { index } = change;
    return this.arrivedAs(place, content).some(
      ({ lagsAt, current }) => lagsAt !== null && current.index >= index,
    );
  }

  private isOfAge(place: Place, content: string, saw: number, since: number): boolean {
    if (saw >= since) return true;
    if (place.namespace === 'external') return false;
    // What is changed past the counter is found within an hour.
    const asCounted = this.truth.lastTrue(place, counted(content), counted);
    return Math.max(asCounted, saw) >= since && saw + hourMs >= since;
  }

  /** When it was last true, or answered by a load that lagged behind. */
  private lastSeen(place: Place, content: string): number {
    let last = this.truth.lastTrue(place, content);
    for (const { lagsAt } of this.arrivedAs(place, content)) last = Math.max(last, lagsAt ?? last);
    return last;
  }

  private arrivedAs(place: Place, content: string) {
    return this.arrivals.get(place)?.filter((each) => each.content === content) ?? [];
  }

  private goesForward(place: Place, asOf: AsOf | null, tell: (what: string) => void): void {
    const before = this.served.get(place);
    if (asOf === null) return;
    if (before?.epoch === asOf.epoch && asOf.version < before.version)
      tell(`goes back from ${before.version}`);
    this.served.set(place, asOf);
  }
}

/** An answer, in short. */
export const tellOf = ({ data, absent: isAbsent, isStale, reason, age, asOf }: ReadResult<string>) =>
  `${isAbsent ? absent : data}, ${isStale ? 'stale' : 'fresh'} ${reason}, age ${age}, as of ${JSON.stringify(asOf)}`;

const nameOf = ({ namespace, key }: Place) => `${namespace} ${key}`;
