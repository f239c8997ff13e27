import type { Key } from '../../../test/support/search/replica.js';
import { Search, type SearchOptions } from '../../../test/support/search/search.js';

const a: Key = { name: 'a', scope: 'a', confirmedBy: 'counter', touchedBy: 'a' };
const snapshot: Key = { name: 'snapshot', scope: '*', confirmedBy: 'counter', touchedBy: '*' };
const external: Key = { name: 'external', scope: 'a', confirmedBy: 'load', touchedBy: 'a' };
/** Touched by what is done to its namespace and to its key there too. */
const placed: Key = { name: 'a', scope: 'a', namespace: 'ns', confirmedBy: 'counter', touchedBy: 'anp' };
const placedExternal: Key = { ...placed, confirmedBy: 'load' };
const pinned: Key = { ...placed, isPinned: true };

/** `SEARCH_DEPTH=deep` takes half an hour and 8 GB: `node --max-old-space-size=8000 node_modules/.bin/jest …`. */
const isDeep = process.env.SEARCH_DEPTH === 'deep';
const deadlineMs = isDeep ? 3_600_000 : 120_000;

const base: SearchOptions = {
  processes: 1,
  keys: [a],
  maxVersion: 2,
  changes: 'ab',
  tiers: 'none',
  isExact: false,
  maxMishaps: 1,
  maxLoads: 0,
  maxRaisesByOthers: 1,
  cuts: false,
  folds: false,
  trims: false,
  departures: true,
  isHealthy: false,
  maxStates: isDeep ? 4_000_000 : 1_000_000,
};
const healthy = { isHealthy: true, maxMishaps: 0, maxLoads: 2 };
const everyMishap = { cuts: true, folds: true, trims: true };
const others = { maxRaisesByOthers: 1 };
/** Without them a process is none the less met at every moment of its database: its first move may come after any. */
const stays = { departures: false, maxRaisesByOthers: 0 };
const purged = { ...stays, keys: [placed], changes: 'ap', isExact: true };
const anyTier = { ...purged, tiers: 'any' } as const;

/** Each is exhausted; together they take a minute and a half of one core. */
const bounds: [string, Partial<SearchOptions>][] = [
  ['one process where nothing goes wrong, two keys', { ...healthy, keys: [a, snapshot] }],
  ['one process where nothing goes wrong, three versions', { ...healthy, maxVersion: 3 }],
  ['one process, three versions', { maxVersion: 3, maxRaisesByOthers: 0 }],
  ['one process, slow loads', { maxLoads: 1 }],
  ['one process, two keys', { keys: [a, snapshot], maxRaisesByOthers: 0 }],
  ['one process, folds, a log that is trimmed and told in parts', everyMishap],
  ['one process, a value from elsewhere', { keys: [external], maxLoads: 1, maxRaisesByOthers: 0 }],
  ['one process, its namespace invalidated', { keys: [placed], changes: 'an', maxRaisesByOthers: 0 }],
  ['tiers that kept anything', { ...anyTier, keys: [a], changes: 'ab' }],
  ['a purge, tiers that kept anything, every mishap but folds', { ...anyTier, trims: true, cuts: true }],
  ['a purge, tiers that kept anything, epochs that others raise', { ...anyTier, ...others, maxVersion: 1 }],
  ['a purge of a value from elsewhere', { ...anyTier, keys: [placedExternal], maxVersion: 1 }],
  ['a purge, slow loads', { ...purged, maxLoads: 1 }],
  ['one tier that is written late', { tiers: 'one', changes: 'a', maxVersion: 1, maxRaisesByOthers: 0 }],
];
const deepBounds: [string, Partial<SearchOptions>][] = [
  ['two processes', { processes: 2, maxVersion: 1, maxRaisesByOthers: 0 }],
  ['tiers that kept anything, epochs that others raise', { ...anyTier, ...others, keys: [a], changes: 'ab' }],
  ['a purge, tiers that kept anything, two versions, epochs that others raise', { ...anyTier, ...others }],
  ['a purge, tiers that kept anything, folds', { ...anyTier, ...everyMishap }],
  ['a purge of a value from elsewhere, two versions', { ...anyTier, keys: [placedExternal] }],
  ['a purge of two values, one of them pinned', { ...anyTier, keys: [placed, pinned] }],
  ['one tier that is written late, two versions', { tiers: 'one', changes: 'a', maxRaisesByOthers: 0 }],
  [
    'one tier that is written late, two mishaps',
    { tiers: 'one', changes: 'a', maxVersion: 1, maxMishaps: 2 },
  ],
  ['two processes, two versions', { processes: 2, maxRaisesByOthers: 0, departures: false }],
  ['two processes, slow loads', { processes: 2, maxVersion: 1, maxLoads: 1, departures: false }],
  ['one process, three versions, epochs that others raise', { maxVersion: 3 }],
  ['one process, three versions, slow loads', { maxVersion: 3, maxLoads: 1 }],
  ['one process, two mishaps', { maxMishaps: 2 }],
  ['one process, two mishaps, slow loads', { maxMishaps: 2, maxLoads: 1 }],
  ['one process, slow loads and every mishap', { maxLoads: 1, ...everyMishap }],
  ['one process, two keys, slow loads', { keys: [a, snapshot], maxLoads: 2 }],
];

/**
 * PROTOCOL "Proof" 1. A process meets the others in the database alone: all that they can do to it is to raise an epoch,
 * which `another raises` does at any moment after a loss; so one process stands for any number of them.
 */
describe('every state that a database and its processes can come to', () => {
  it.each([...bounds, ...(isDeep ? deepBounds : [])])(
    '%s: nothing lost or old is served as fresh, nothing purged at all, no point goes back, and it heals (CO-7, CO-8, CO-10 … CO-13)',
    (name, options) => {
      const search = new Search({ ...base, ...options }).run();
      process.stdout.write(`${name}: ${search.summary}\n`);
      expect(search.findings).toEqual([]);
      expect(isDeep || search.isExhausted).toBe(true);
    },
    deadlineMs,
  );
});
