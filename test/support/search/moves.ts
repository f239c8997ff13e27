import { evict, fold, forget, land, promote, read, receive, send, store, write } from './acts.js';
import { contentOf, pointAt, pointOf, type View } from './database.js';
import type { Key, Replica } from './replica.js';

/** What one process can do by itself, given what a statement that it sends now would see. */
export interface Move {
  readonly name: string;
  /** Whether it asks the database. */
  readonly asks: boolean;
  /** Not one move but several, made where everybody heals. */
  readonly heals?: boolean;
  isPossible(replica: Replica): boolean;
  isAsked?(view: View): boolean;
  make(replica: Replica, view: View): Replica;
}

export interface ReplicaOptions {
  readonly keys: readonly Key[];
  /** Loads under way at one time; 0 for loads that are stored at the moment they read. */
  readonly maxLoads: number;
  readonly cuts: boolean;
  readonly folds: boolean;
  /**
   * What tiers keep. `any`: at any moment, whatever was ever read of the database, by whomever. `one`: what was written
   * to one tier, which outlives the process, loses anything at any time and is written late.
   */
  readonly tiers: 'none' | 'any' | 'one';
  /** Whether entries are evicted, and processes started anew. */
  readonly departures: boolean;
  /** What is held matters though nothing proves it: it may be purged. */
  readonly isExact: boolean;
  /** Whether nothing ever goes wrong, so that every alarm is a false one. */
  readonly isHealthy: boolean;
}

export function movesOf(options: ReplicaOptions): Move[] {
  const { keys, maxLoads, cuts, folds, departures, tiers } = options;
  const moves: Move[] = [
    ask('send', isIdle, (replica, view) => send(replica, view, false)),
    tell('receive', isPolling, (replica) => receive(replica, keys)),
    tell('lose poll', isPolling, (replica) => receive(replica, keys, true)),
    ...healing(options),
  ];
  if (cuts) moves.push(ask('send cut', isIdle, (replica, view) => send(replica, view, true)));
  keys.forEach((key, i) => {
    const isLoading = ({ loads }: Replica) => loads[i] !== null;
    const mayLoad = ({ loads }: Replica) =>
      loads[i] === null && loads.filter((load) => load !== null).length < maxLoads;
    if (maxLoads === 0)
      moves.push(ask(`load ${key.name}`, always, (replica, view) => load(replica, key, i, view)));
    else {
      moves.push(ask(`read ${key.name}`, mayLoad, (replica, view) => read(replica, key, i, view)));
      moves.push(tell(`store ${key.name}`, isLoading, (replica) => store(replica, key, i)));
    }
    if (departures)
      moves.push(
        tell(
          `evict ${key.name}`,
          ({ held }) => held[i] !== null,
          (replica) => evict(replica, i),
        ),
      );
  });
  if (folds) moves.push(tell('fold', hasMarks, (replica) => fold(replica, keys)));
  if (tiers === 'any') moves.push(...keys.flatMap(findings));
  if (tiers === 'one') moves.push(...keys.flatMap(tierMoves));
  return moves;
}

/** More points than any database of a search ever comes to. */
const mostPoints = 12;

/** A tier is looked into, and holds what was read at one of all points. */
const findings = (key: Key, index: number): Move[] =>
  Array.from({ length: mostPoints }, (_, n) => ({
    ...ask(`find ${key.name} of point ${n}`, always, (replica, { ever }) => {
      const point = pointAt(ever[n]!);
      const value = contentOf(point.history, key.touchedBy);
      return promote(replica, key, index, { value, asOf: pointOf(point), left: [] });
    }),
    isAsked: ({ ever }: View) => n < ever.length,
  }));

const tierMoves = (key: Key, index: number): Move[] => [
  tell(
    `write ${key.name}`,
    ({ held }) => held[index] !== null,
    (replica) => write(replica, index),
  ),
  tell(
    `land ${key.name}`,
    ({ writing }) => writing[index] !== null,
    (replica) => land(replica, key, index),
  ),
  tell(
    `forget ${key.name}`,
    ({ kept }) => kept[index] !== null,
    (replica) => forget(replica, index),
  ),
  tell(
    `find ${key.name}`,
    ({ kept }) => kept[index] !== null,
    (replica) => promote(replica, key, index, replica.kept[index]!),
  ),
];

/** What is under way arrives; then polls and loads are answered at once. */
const healing = ({ keys, tiers }: ReplicaOptions): Move[] => [
  {
    ...tell('arrive', always, (replica) =>
      keys.reduce(
        (each, key, i) => arriveAll(each.loads[i] === null ? each : store(each, key, i), key, i),
        isPolling(replica) ? receive(replica, keys) : replica,
      ),
    ),
    heals: true,
  },
  { ...ask('poll', always, (replica, view) => receive(send(replica, view, false), keys)), heals: true },
  {
    ...ask('load all', always, (replica, view) =>
      keys.reduce((each, key, i) => {
        const loaded = load(each, key, i, view);
        return tiers === 'one' ? arriveAll(write(loaded, i), key, i) : loaded;
      }, replica),
    ),
    heals: true,
  },
];

/** A write that is under way arrives. */
const arriveAll = (replica: Replica, key: Key, index: number): Replica =>
  replica.writing[index] === null ? replica : land(replica, key, index);

const load = (replica: Replica, key: Key, index: number, view: View): Replica =>
  store(read(replica, key, index, view), key, index);

const ask = (name: string, isPossible: Move['isPossible'], make: Move['make']): Move => ({
  name,
  asks: true,
  isPossible,
  make,
});
const tell = (name: string, isPossible: Move['isPossible'], make: (replica: Replica) => Replica): Move => ({
  name,
  asks: false,
  isPossible,
  make,
});

const always = (): boolean => true;
const isIdle = ({ poll }: Replica): boolean => poll === null;
const isPolling = ({ poll }: Replica): boolean => poll !== null;
const hasMarks = ({ stream: { state } }: Replica): boolean =>
  state.epoch !== null && state.watermarks.size > 0;
