import { exampleProfile } from '../../../../test/support/example-profile.js';
import { checkProfile } from './check-profile.js';
import type { JsonObject } from './json.js';

const faultsOf = (changes: object): readonly string[] =>
  checkProfile({ ...exampleProfile, ...changes } as JsonObject).map(({ path }) => path);
const shares = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`System ${number}`, 1]));
const chart = (changes: object) => ({ hdData: { ...exampleProfile.hdData, ...changes } });

describe('checkProfile', () => {
  it.each<[string, object]>([
    ['one with a primary system', {}],
    ['a hybrid of two systems', { classification: 'hybrid', hybrid: ['Vega', 'Sirius'] }],
    ['one that is unresolved', { classification: 'unresolved', primary: undefined }],
    ['shares at both ends', { percentages: { Sirius: 100, Vega: 0 } }],
    ['64 systems, with blanks in their names', { percentages: { ...shares(63), Sirius: 1 } }],
    ['a chart with nothing in its lists', chart({ centers: [], gates: [] })],
    ['names that objects have of themselves', { primary: 'toString', percentages: { toString: 1 } }],
  ])('takes %s (NA-1)', (_, changes) => {
    expect(faultsOf(changes)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['another classification', { classification: 'other' }, ['classification']],
    ['no primary system where one is called for', { primary: undefined }, ['primary']],
    ['a primary system that has no share', { primary: 'Lyra 2' }, ['primary']],
    ['a name that every object has', { primary: 'toString' }, ['primary']],
    ['no pair where one is called for', { classification: 'hybrid' }, ['hybrid']],
    ['a pair of one', { hybrid: ['Vega'] }, ['hybrid']],
    ['a pair of the same', { hybrid: ['Vega', 'Vega'] }, ['hybrid']],
    ['a pair without a share', { hybrid: ['Vega', 'Nowhere'] }, ['hybrid.1']],
    ['no shares', { primary: undefined, classification: 'unresolved', percentages: {} }, ['percentages']],
    ['65 systems', { percentages: { ...shares(64), Sirius: 1 } }, ['percentages']],
    ['a share over 100', { percentages: { Sirius: 100.1 } }, ['percentages.Sirius']],
    ['a share below 0', { percentages: { Sirius: -0.1 } }, ['percentages.Sirius']],
    ['a share in words', { percentages: { Sirius: '61' } }, ['percentages.Sirius']],
    ['a nameless system', { percentages: { Sirius: 1, '': 1 } }, ['percentages.']],
    ['a name of 61 characters', chart({ type: 'x'.repeat(61) }), ['hdData.type']],
    ['a line break in a name', chart({ authority: 'Sac\nral' }), ['hdData.authority']],
    ['a blank at the end of a name', chart({ profile: '3/5 ' }), ['hdData.profile']],
    ['17 centers', chart({ centers: Object.keys(shares(17)) }), ['hdData.centers']],
    ['a center twice', chart({ centers: ['Sacral', 'Sacral'] }), ['hdData.centers']],
    ['gate 0 and gate 65', chart({ gates: [0, 65] }), ['hdData.gates.0', 'hdData.gates.1']],
    ['half a gate', chart({ gates: [1.5] }), ['hdData.gates.0']],
    ['a gate twice', chart({ gates: [5, 5] }), ['hdData.gates']],
    ['a field that nobody knows', { extra: 1 }, ['']],
    ['a field of the chart that nobody knows', chart({ extra: 1 }), ['hdData']],
  ])('refuses %s by its path (NA-6)', (_, changes, paths) => {
    expect(faultsOf(changes)).toEqual(paths);
  });

  it('refuses what would become a prototype, which validation passes over (NA-6)', () => {
    const text = JSON.stringify(exampleProfile).replace('"Vega":', '"__proto__":');
    expect(checkProfile(JSON.parse(text))).toEqual([
      { path: 'percentages.__proto__', message: 'a name that no profile may use' },
    ]);
  });

  it('counts systems before it looks at each of them: their names are not looked at where they are too many (NA-6)', () => {
    const crowd = Object.fromEntries(Array.from({ length: 20_000 }, (_, number) => [` ${number}`, 'x']));
    expect(checkProfile({ ...exampleProfile, percentages: crowd })).toEqual([
      { path: 'percentages', message: 'at most 64 systems' },
    ]);
  });

  it('tells little of much: what is remembered must not be larger than what it answers (NA-6)', () => {
    const strangers = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, number) => [`${number} ${'x'.repeat(300)}`, 1]),
    );
    const faults = checkProfile({ ...exampleProfile, percentages: strangers });
    expect(faults.length).toBeLessThanOrEqual(201);
    expect(JSON.stringify(faults).length).toBeLessThan(100_000);
  });
});
