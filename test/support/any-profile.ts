import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../src/features/narratives/narrative/json.js';

const name = fc.constantFrom('Sirius', 'Vega', 'Lyra', 'Alpha Centauri', 'Плеяды', 'constructor', '昴', '7');
const share = fc.integer({ min: 0, max: 200 }).map((halves) => halves / 2);

const systems = fc.uniqueArray(name, { minLength: 2, maxLength: 6 });

/** Profiles that are in order, their shares each in the middle of a bucket. */
export const anyProfile: fc.Arbitrary<JsonObject> = fc
  .record({
    systems,
    shares: fc.array(share, { minLength: 6, maxLength: 6 }),
    classification: fc.constantFrom('primary', 'hybrid', 'unresolved'),
    type: name,
    authority: name,
    profile: fc.constantFrom('1/3', '3/5'),
    centers: fc.uniqueArray(name, { maxLength: 5 }),
    gates: fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { maxLength: 12 }),
  })
  .map(({ systems: names, shares, classification, ...hdData }) => ({
    classification,
    ...(classification === 'primary' && { primary: names[0]! }),
    ...(classification === 'hybrid' && { hybrid: [names[0]!, names[1]!] }),
    percentages: Object.fromEntries(names.map((each, index) => [each, shares[index]!])),
    hdData,
  }));

/** The same in another order: fields of every object, members of every list. */
export function shuffled<T extends Json>(value: T, dice: () => number): T {
  const inDisorder = <E>(list: readonly E[]): E[] =>
    list
      .map((each) => ({ each, rank: dice() }))
      .toSorted((one, other) => one.rank - other.rank)
      .map(({ each }) => each);
  if (Array.isArray(value)) return inDisorder(value as readonly Json[]) as Json as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as JsonObject).map(([field, part]) => [field, shuffled(part, dice)]);
  return Object.fromEntries(inDisorder(fields)) as T;
}
