import * as fc from 'fast-check';
import type { AsOf } from '../coherence/as-of.js';
import { Entry } from './entry.js';
import { mayReplace } from './merge-entry.js';

const entry = (asOf: AsOf | null, confirmedAt = 0) =>
  new Entry('key', 'value', false, { asOf, scopes: [], confirmedAt, maxAgeMs: 1_000 });
const now = (epoch: string | null, ...left: string[]) => ({ epoch, abandoned: new Set(left) });
const at = (epoch: string, version: number): AsOf => ({ epoch, version, changeId: `${epoch}-${version}` });

describe('mayReplace (CO-11)', () => {
  it('refuses an older version of the same epoch, however late its load started', () => {
    expect(mayReplace(entry(at('e1', 4), 9_999), entry(at('e1', 5), 1), now('e1'))).toBe(false);
    expect(mayReplace(entry(at('e1', 6), 1), entry(at('e1', 5), 9_999), now('e1'))).toBe(true);
  });

  it('lets the current epoch beat any other, whatever the versions', () => {
    expect(mayReplace(entry(at('e2', 1), 1), entry(at('e1', 100), 9_999), now('e2'))).toBe(true);
    expect(mayReplace(entry(at('e1', 100)), entry(at('e2', 1)), now('e2'))).toBe(false);
  });

  it('takes the newcomer where neither is of the current epoch, or none is known', () => {
    expect(mayReplace(entry(at('e2', 1)), entry(at('e1', 100)), now('e3'))).toBe(true);
    expect(mayReplace(entry(at('e2', 1)), entry(at('e1', 100)), now(null))).toBe(true);
  });

  it('never takes what is of an epoch that was left for what is not, while no epoch is current', () => {
    expect(mayReplace(entry(at('e1', 9), 9_999), entry(at('e2', 1), 1), now(null, 'e1'))).toBe(false);
    expect(mayReplace(entry(at('e2', 1), 1), entry(at('e1', 9), 9_999), now(null, 'e1'))).toBe(true);
  });

  it('takes what is of an epoch that was left for what is of one that was left before it, and not the other way', () => {
    expect(mayReplace(entry(at('e2', 1), 1), entry(at('e1', 9), 9_999), now('e3', 'e1', 'e2'))).toBe(true);
    expect(mayReplace(entry(at('e1', 9), 9_999), entry(at('e2', 1), 1), now('e3', 'e1', 'e2'))).toBe(false);
  });

  it.each([
    ['at the same version', at('e1', 5)],
    ['where there is no version', null],
  ])('lets the later load start win %s', (_, asOf) => {
    expect(mayReplace(entry(asOf, 20), entry(asOf, 10), now('e1'))).toBe(true);
    expect(mayReplace(entry(asOf, 10), entry(asOf, 10), now('e1'))).toBe(true);
    expect(mayReplace(entry(asOf, 9), entry(asOf, 10), now('e1'))).toBe(false);
  });

  it('ends with the same entry in whatever order the loads of one epoch arrive', () => {
    const loads = fc.uniqueArray(fc.record({ version: fc.nat(3), start: fc.nat(3) }), {
      minLength: 1,
      selector: ({ version, start }) => `${version}/${start}`,
    });
    fc.assert(
      fc.property(loads, fc.nat(), (arrivals, seed) => {
        const best = arrivals.reduce((a, b) =>
          b.version > a.version || (b.version === a.version && b.start > a.start) ? b : a,
        );
        const shuffled = arrivals.toSorted((a, b) => rank(a, seed) - rank(b, seed));
        const held = shuffled
          .map(({ version, start }) => entry(at('e1', version), start))
          .reduce((stands, next) => (mayReplace(next, stands, now('e1')) ? next : stands));
        expect([held.asOf?.version, held.confirmedAt]).toEqual([best.version, best.start]);
      }),
    );
  });
});

const rank = ({ version, start }: { version: number; start: number }, seed: number) =>
  ((version * 7 + start * 13 + 1) * (seed + 1)) % 31;
