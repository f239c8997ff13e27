import * as fc from 'fast-check';
import { anyProfile, shuffled } from '../../../../test/support/any-profile.js';
import { checkProfile } from './check-profile.js';
import { hashProfile } from './hash-profile.js';
import type { JsonObject } from './json.js';
import { isUnder, keysOf, narrativeKey } from './narrative-key.js';
import { normaliseProfile } from './normalise-profile.js';

const parts = { engine: '1', promptHash: '0123456789' };
const keyOf = (profile: JsonObject, changes: Partial<typeof parts> = {}): string =>
  narrativeKey({ ...parts, ...changes }, hashProfile(normaliseProfile(profile)));

describe('the key of a narrative', () => {
  it('names version, engine, prompt and profile (NA-2)', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        expect(keyOf(profile)).toMatch(/^narr:v1:1:0123456789:[0-9a-f]{40}$/);
      }),
    );
  });

  it('is of profiles that are in order, in this test too (NA-2)', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        expect(checkProfile(profile)).toEqual([]);
        expect(checkProfile(normaliseProfile(profile))).toEqual([]);
      }),
    );
  });

  it('is the same in whichever order fields, sets and pairs come, and whatever is null (NA-2)', () => {
    fc.assert(
      fc.property(anyProfile, fc.infiniteStream(fc.nat()), (profile, dice) => {
        const other = shuffled(profile, () => dice.next().value as number);
        expect(keyOf({ ...other, extra: null })).toBe(keyOf(profile));
      }),
    );
  });

  it('is the same for shares of one bucket, and another one for shares of two (NA-2)', () => {
    fc.assert(
      fc.property(
        anyProfile,
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: -0.249, max: 0.249, noNaN: true }),
        (profile, one, other, off) => {
          const withShare = (share: number) => {
            const percentages = profile.percentages as JsonObject;
            const [system] = Object.keys(percentages);
            return { ...profile, percentages: { ...percentages, [system!]: share } };
          };
          const near = Math.min(100, Math.max(0, one / 2 + off));
          expect(keyOf(withShare(near))).toBe(keyOf(withShare(one / 2)));
          expect(keyOf(withShare(one / 2)) === keyOf(withShare(other / 2))).toBe(one === other);
        },
      ),
    );
  });

  it('is another one for every other profile (NA-2)', () => {
    fc.assert(
      fc.property(anyProfile, anyProfile, (one, other) => {
        const same = (profile: JsonObject) => JSON.stringify(inOrder(normaliseProfile(profile)));
        expect(keyOf(one) === keyOf(other)).toBe(same(one) === same(other));
      }),
    );
  });

  it('changes with each of its parts (NA-2)', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const keys = [
          keyOf(profile),
          keyOf(profile, { engine: '2' }),
          keyOf(profile, { promptHash: '9876543210' }),
          keyOf({ ...profile, hdData: { ...(profile.hdData as JsonObject), type: 'Another type' } }),
          keyOf({ ...profile, classification: profile.classification === 'primary' ? 'x' : 'primary' }),
        ];
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('moves nothing that is out of bounds into them (NA-6)', () => {
    for (const share of [-0.1, 100.1, 100.24, 1e9, '50']) {
      const profile = normaliseProfile({ percentages: { Sirius: share } });
      expect(profile).toEqual({ percentages: { Sirius: share } });
    }
    expect(normaliseProfile({ percentages: { Sirius: -0 } })).toEqual({ percentages: { Sirius: 0 } });
    const gates = [3, null, 1];
    expect(normaliseProfile({ hdData: { gates } })).toEqual({ hdData: { gates } });
  });

  it('keeps a field `__proto__` a field (NA-2)', () => {
    const profile = JSON.parse('{"percentages":{"__proto__":1.1,"a":null}}') as JsonObject;
    const normal = normaliseProfile(profile);
    expect(JSON.stringify(normal)).toBe('{"percentages":{"__proto__":1}}');
    expect(keyOf(profile)).not.toBe(keyOf({ percentages: {} }));
  });

  it('has others below it, for what collides with it (NA-2)', () => {
    const hashes = { sha1: 'a', sha256: 'b' };
    const [key, ...others] = keysOf({ ...parts, promptSha256: 'c' }, hashes);
    expect(key).toBe(narrativeKey(parts, hashes));
    expect(others).toEqual([`${key}:b`, `${key}:c:b`]);
    for (const each of [key!, ...others]) expect(isUnder(each, key!)).toBe(true);
    expect(isUnder(`${key}1`, key!)).toBe(false);
  });
});

/** Fields of objects in one order: an independent word on whether two profiles are the same. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([name, part]) => [name, inOrder(part)])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}
