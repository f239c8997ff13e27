import * as fc from 'fast-check';
import type { Mishap } from '../../../src/testing/index.js';
import { cacheScopesOf, outsideKeys, places, type Place } from './truth.js';

const scopes = ['a', 'b', 'c'];
/** One thing that happens. `on` is a process; `ago` counts moments of the database. */
export type Action =
  | { do: 'wait' | 'all sleep'; ms: number }
  | { do: 'change'; scopes: string[]; gone: boolean }
  | { do: 'change outside'; key: string; told: boolean }
  | { do: 'change uncounted'; scope: string }
  | { do: 'peek' | 'get' | 'look' | 'evict' | 'invalidate'; on: number; place: Place }
  | { do: 'get at least'; on: number; place: Place; ago: number }
  | { do: 'get all' | 'look at all' | 'fold'; on: number }
  | { do: 'wake-ups'; on: number; times: number; lateMs: number }
  | { do: 'polls' | 'loads'; on: number; suffer: Mishap }
  | { do: 'loads lag'; on: number; ago: number }
  | { do: 'standby answers'; on: number; ago: number | null }
  | { do: 'fail over'; lose: number; thenChange: string[][] }
  | { do: 'restore'; ago: number }
  | { do: 'trim'; keep: number }
  | { do: 'invalidate everywhere' | 'purge'; scope: string }
  | { do: 'flush redis' }
  | { do: 'redis'; on: number; suffer: Mishap }
  | { do: 'redis is out'; for: 'all' | 'none' }
  | { do: 'restart'; on: number; killed: boolean }
  | { do: 'step clock' | 'suspend'; on: number; ms: number };

export interface History {
  readonly seed: number;
  readonly processes: number;
  /** Log rows in a reply. */
  readonly batch: number;
  readonly listen: boolean;
  /** Everything is looked at whenever a process tells of something. */
  readonly watchful: boolean;
  /** They share a Redis, and each has a disk. */
  readonly tiers: boolean;
  readonly actions: readonly Action[];
}

const action = (
  weight: number,
  name: Action['do'],
  fields: Record<string, fc.Arbitrary<unknown>>,
): fc.WeightedArbitrary<Action> => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Action>,
});

const cacheScopesOfPlaces = [...new Set(places.flatMap(cacheScopesOf))];
const on = fc.nat(2);
const place = fc.constantFrom(
  ...places,
  ...Array.from({ length: 6 }, () => places[0]!),
  ...places.slice(1, 4),
);
const someScopes = fc.subarray(scopes, { minLength: 1 });
const waits = fc.oneof(
  { weight: 8_000, arbitrary: fc.nat(40) },
  { weight: 8_000, arbitrary: fc.nat(1_500) },
  { weight: 1_500, arbitrary: fc.nat(15_000) },
  { weight: 10, arbitrary: fc.nat(600_000) },
  { weight: 1, arbitrary: fc.nat(7_200_000) },
);
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.constant<Mishap>({ kind: 'pass' }),
  fc.constant<Mishap>({ kind: 'throw' }),
  fc.record({ kind: fc.constant('delay' as const), ms: fc.nat(1_500) }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.nat(1_500) }),
  fc.constant<Mishap>({ kind: 'hang' }),
);
const steps = fc.constantFrom(-3_600_000, -6_000, -4_000, 4_000, 6_000, 3_600_000);

const usual = [
  action(20, 'wait', { ms: waits }),
  action(12, 'change', { scopes: someScopes, gone: fc.constantFrom(false, false, false, true) }),
  action(3, 'peek', { on, place }),
  action(6, 'get', { on, place }),
  action(3, 'look', { on, place }),
  action(3, 'get at least', { on, place, ago: fc.nat(2) }),
  action(2, 'get all', { on }),
  action(3, 'look at all', { on }),
];

const faults = [
  action(3, 'change outside', { key: fc.constantFrom(...outsideKeys), told: fc.boolean() }),
  action(1, 'change uncounted', { scope: fc.constantFrom(...scopes) }),
  action(1, 'evict', { on, place: fc.constantFrom(...places.slice(1)) }),
  action(1, 'invalidate', { on, place }),
  action(1, 'fold', { on }),
  action(2, 'invalidate everywhere', { scope: fc.constantFrom(...cacheScopesOfPlaces) }),
  action(3, 'purge', { scope: fc.constantFrom(...cacheScopesOfPlaces) }),
  action(1, 'flush redis', {}),
  action(4, 'redis', { on, suffer: mishap }),
  action(1, 'redis is out', { for: fc.constantFrom('all', 'none') }),
  action(2, 'wake-ups', { on, times: fc.nat(2), lateMs: fc.constantFrom(0, 0, 5, 300, 2_000) }),
  action(5, 'polls', { on, suffer: mishap }),
  action(5, 'loads', { on, suffer: mishap }),
  action(2, 'loads lag', { on, ago: fc.nat(3) }),
  action(2, 'standby answers', { on, ago: fc.constantFrom(null, null, 0, 1, 3) }),
  action(3, 'fail over', {
    lose: fc.integer({ min: 1, max: 3 }),
    thenChange: fc.array(someScopes, { maxLength: 3 }),
  }),
  action(1, 'restore', { ago: fc.integer({ min: 1, max: 12 }) }),
  action(3, 'trim', { keep: fc.nat(3) }),
  action(2, 'restart', { on, killed: fc.boolean() }),
  action(1, 'step clock', { on, ms: steps }),
  action(1, 'all sleep', { ms: fc.constantFrom(3_000, 60_000, 1_200_000, 3_600_000, 7_200_000) }),
  action(1, 'suspend', { on, ms: fc.constantFrom(300, 4_000, 20_000) }),
];

const histories = (
  actions: fc.WeightedArbitrary<Action>[],
  batches: number[],
  tiers: boolean[],
): fc.Arbitrary<History> =>
  fc.record({
    seed: fc.nat(),
    processes: fc.integer({ min: 2, max: 3 }),
    batch: fc.constantFrom(...batches),
    listen: fc.boolean(),
    watchful: fc.boolean(),
    tiers: fc.constantFrom(...tiers),
    actions: fc.array(fc.oneof(...actions), { maxLength: 40, size: 'max' }),
  });

/** Anything that may happen to a fleet. */
export const anyHistory = histories([...usual, ...faults], [1_000, 1_000, 2, 4], [true, true, false]);
/** Changes and reads, and nothing that goes wrong. */
export const calmHistory = histories(usual, [1_000], [false]);
