import * as fc from 'fast-check';
import { DiskRig, forGood, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import type { StoredEntry } from '../../core/tiers/stored-entry.js';
import { supersedes } from '../../core/tiers/supersedes.js';
import type { DiskTier } from './disk-tier.js';

let rig: DiskRig;
let tier: DiskTier;

beforeEach(async () => {
  rig = new DiskRig();
  tier = await rig.tier();
});
afterEach(() => rig.close());

describe('set-if-newer on disk (CO-11)', () => {
  const asOf = fc.record({
    epoch: fc.constantFrom('e1', 'e2', 'e3'),
    version: fc.integer({ min: 1, max: 3 }),
    changeId: fc.constant('c'),
  });
  const candidates = fc.array(
    fc.record({
      asOf: fc.option(asOf, { freq: 6 }),
      confirmedAt: fc.integer({ min: 1, max: 4 }),
      left: fc.subarray(['e1', 'e2', 'e3']),
      isPinned: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  type Candidate = typeof candidates extends fc.Arbitrary<(infer C)[]> ? C : never;
  const currentFrom = fc.option(fc.integer({ min: 0, max: 3 }));
  const held = (entries: readonly StoredEntry[], from: number | null = null) => {
    let winner: StoredEntry | undefined;
    for (const entry of entries) if (winner === undefined || supersedes(entry, winner, from)) winner = entry;
    return winner?.value;
  };

  let keys = 0;
  const entriesOf = (all: readonly Candidate[]) =>
    all.map(({ asOf: at, confirmedAt, left }, value) =>
      storedEntry(value, 1, { asOf: at, confirmedAt, left }),
    );
  const optionsOf = ({ isPinned }: Candidate) => (isPinned ? pinned : forGood);

  it('answers and leaves what the pure rule says, write by write (CO-11)', () =>
    fc.assert(
      fc.asyncProperty(candidates, currentFrom, async (all, from) => {
        const key = `k${keys++}`;
        const entries = entriesOf(all);
        const outcomes: string[] = [];
        for (const [at, entry] of entries.entries())
          outcomes.push(await tier.set('n', key, entry, { ...optionsOf(all[at]!), currentFrom: from }));
        expect(outcomes).toEqual(
          entries.map((_, at) => (held(entries.slice(0, at + 1), from) === at ? 'stored' : 'older')),
        );
        expect((await tier.get('n', key))?.value).toBe(held(entries, from));
      }),
      { numRuns: 100 },
    ));

  it('leaves the same when writes queue up and take each other’s place (CO-11)', () =>
    fc.assert(
      fc.asyncProperty(candidates, fc.nat(8), currentFrom, async (all, split, from) => {
        const key = `k${keys++}`;
        const entries = entriesOf(all);
        const writes = (start: number, to?: number) =>
          entries
            .slice(start, to)
            .map((entry, at) =>
              tier.set('n', key, entry, { ...optionsOf(all[start + at]!), currentFrom: from }),
            );
        await Promise.all(writes(0, split));
        await Promise.all(writes(split));
        expect((await tier.get('n', key))?.value).toBe(held(entries, from));
      }),
      { numRuns: 300 },
    ));
});
