import { cacheScopes, type AsOf } from '../../../src/core/index.js';
import type { DatabaseMoment, FakeDatabase } from '../../../src/testing/index.js';

/** What a key holds that does not exist. */
export const absent = '(absent)';

export type Namespace = 'config' | 'rows' | 'external';
export interface Place {
  readonly namespace: Namespace;
  readonly key: string;
}

export const outsideKeys = ['x', 'y'];
const rowKeys = ['a', 'b', 'c', 'a+b', 'b+c', 'a+c', 'a+b+c', 'a:1', 'b:1', 'c:1', 'a+b:1', 'a+c:1'];
/** All that can be read: each place is this one object. */
export const places: readonly Place[] = [
  { namespace: 'config', key: 'all' },
  ...rowKeys.map((key): Place => ({ namespace: 'rows', key })),
  ...outsideKeys.map((key): Place => ({ namespace: 'external', key })),
];

export const placeOf = (namespace: Namespace, key: string): Place =>
  places.find((place) => place.namespace === namespace && place.key === key)!;

const scopesByKey = new Map(places.map(({ key }) => [key, key.split(':')[0]!.split('+')]));
export const scopesOf = (key: string): string[] => scopesByKey.get(key)!;

const cacheScopesByPlace = new Map(places.map((place) => [place, cacheScopes(place.namespace, place.key)]));
/** What touches this place because of where it is. */
export const cacheScopesOf = (place: Place): string[] => cacheScopesByPlace.get(place)!;

/** What a load of this key reads at that moment. */
export function contentAt({ rows }: DatabaseMoment, { namespace, key }: Place): string {
  if (namespace === 'config') return [...rows].map(([scope, row]) => `${scope}=${row}`).join(' ') || 'empty';
  const [scope, ...others] = scopesOf(key);
  if (others.length === 0) return rows.get(scope!) ?? absent;
  return [scope!, ...others].map((each) => rows.get(each) ?? '-').join(' ');
}

/** The content as far as the counter knows: what was changed past it is left out. */
export const counted = (content: string): string => content.replaceAll(/~\d+/g, '');

/** A system outside of the database, whose changes the database is told of later or never. */
export class Outside {
  /** What was true, and how many moments the database had when it began to be. */
  readonly past: { readonly content: string; readonly at: number; readonly since: number }[] = [];

  change(content: string, at: number, since: number): void {
    this.past.push({ content, at, since });
  }

  get current(): string {
    return this.past.at(-1)!.content;
  }
}

/** The whole true history, which no process knows. */
export class Truth {
  /** By place, and by the index of the moment. */
  private readonly points = new Map<string, number>();
  private indexed = 0;
  private readonly known = new Map<Place, string[]>(places.map((place) => [place, []]));

  constructor(
    private readonly database: FakeDatabase,
    readonly outside: ReadonlyMap<string, Outside>,
  ) {}

  content(moment: DatabaseMoment, place: Place): string {
    return (this.known.get(place)![moment.index] ??= contentAt(moment, place));
  }

  current(place: Place): string {
    if (place.namespace === 'external') return this.outside.get(place.key)!.current;
    return this.content(this.database.current, place);
  }

  /** When it was last true, on the shared clock; `-Infinity` for never. */
  lastTrue(place: Place, content: string, view = (seen: string) => seen): number {
    const ends = (seen: string, end: number) => (view(seen) === content ? end : Number.NEGATIVE_INFINITY);
    if (place.namespace === 'external') {
      const { past } = this.outside.get(place.key)!;
      return Math.max(
        ...past.map((each, i) => ends(each.content, past[i + 1]?.at ?? Number.POSITIVE_INFINITY)),
      );
    }
    const { moments } = this.database;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = moments.length - 1; i >= 0 && last === Number.NEGATIVE_INFINITY; i--) {
      last = ends(this.content(moments[i]!, place), moments[i + 1]?.at ?? Number.POSITIVE_INFINITY);
    }
    return last;
  }

  /**
   * The index of the last moment at which the database was at that point; -1 for none. Of a point that a process was at
   * alone, part of the way through a log, the moment at which its epoch began.
   */
  lastAt({ epoch, version, changeId }: AsOf): number {
    const { moments } = this.database;
    for (; this.indexed < moments.length; this.indexed++) {
      const { asOf } = moments[this.indexed]!;
      if (!this.points.has(asOf.epoch)) this.points.set(asOf.epoch, this.indexed);
      for (const id of [asOf.changeId, '']) {
        this.points.set(`${asOf.epoch} ${asOf.version} ${id}`, this.indexed);
      }
    }
    return this.points.get(`${epoch} ${version} ${changeId}`) ?? this.points.get(epoch) ?? -1;
  }

  /** The index of the moment that a change made. */
  firstOf(changeId: string): number {
    return this.database.moments.findIndex(({ asOf }) => asOf.changeId === changeId);
  }

  /** Was it true of the outside system at that moment of the database, or later? */
  wasTrueSince(place: Place, content: string, moment: DatabaseMoment): boolean {
    const { past } = this.outside.get(place.key)!;
    return past.some((each, i) => {
      const until = past[i + 1]?.since ?? Number.POSITIVE_INFINITY;
      return each.content === content && until > moment.index;
    });
  }
}
