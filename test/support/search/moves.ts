import { evict, fold, read, receive, send, store } from './acts.js';
import type { View } from './database.js';
import type { Key, Replica } from './replica.js';

/** What one process can do by itself, given what a statement that it sends now would see. */
export interface Move {
  readonly name: string;
  /** Whether it asks the database. */
  readonly asks: boolean;
  /** Not one move but several, made where everybody heals. */
  readonly heals?: boolean;
  isPossible(replica: Replica): boolean;
  make(replica: Replica, view: View): Replica;
}

export interface ReplicaOptions {
  readonly keys: readonly Key[];
  /** Loads under way at one time; 0 for loads that are stored at the moment they read. */
  readonly maxLoads: number;
  readonly cuts: boolean;
  readonly folds: boolean;
  /** Whether entries are evicted, and processes started anew. */
  readonly departures: boolean;
  /** Whether nothing ever goes wrong, so that every alarm is a false one. */
  readonly isHealthy: boolean;
}

export function movesOf({ keys, maxLoads, cuts, folds, departures }: ReplicaOptions): Move[] {
  const moves: Move[] = [
    ask('send', isIdle, (replica, view) => send(replica, view, false)),
    tell('receive', isPolling, (replica) => receive(replica)),
    tell('lose poll', isPolling, (replica) => receive(replica, true)),
    ...healing(keys),
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
  return moves;
}

/** What is under way arrives; then polls and loads are answered at once. */
const healing = (keys: readonly Key[]): Move[] => [
  {
    ...tell('arrive', always, (replica) =>
      keys.reduce(
        (each, key, i) => (each.loads[i] === null ? each : store(each, key, i)),
        isPolling(replica) ? receive(replica) : replica,
      ),
    ),
    heals: true,
  },
  { ...ask('poll', always, (replica, view) => receive(send(replica, view, false))), heals: true },
  {
    ...ask('load all', always, (replica, view) =>
      keys.reduce((each, key, i) => load(each, key, i, view), replica),
    ),
    heals: true,
  },
];

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
