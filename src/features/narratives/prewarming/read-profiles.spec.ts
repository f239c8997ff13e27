import { readFileSync } from 'node:fs';
import { checkProfile } from '../narrative/check-profile.js';
import type { JsonObject } from '../narrative/json.js';
import { ProfilesFileError } from './profiles-file.error.js';
import { readProfiles, type ProfilesForm } from './read-profiles.js';

const names =
  'classification,primary,hybrid_1,hybrid_2,type,authority,profile,centers,gates,percent_Sirius,percent_Vega';

function faultsOf(text: string, form: ProfilesForm) {
  try {
    readProfiles(text, form);
  } catch (error) {
    if (error instanceof ProfilesFileError)
      return error.faults.map(({ place, message }) => `${place}: ${message}`);
    throw error;
  }
  return [];
}

describe('a table of profiles (NA-11)', () => {
  it('is read row by row, and what a cell does not say is not there', () => {
    const table = [
      names,
      'primary,Sirius,,,Generator,Sacral,2/4,Head; Throat ,1;64,81.5,18.5',
      'hybrid,,Sirius,Vega,Projector,Splenic,1/3,,,50,',
      '"unresolved",,,,"A ""type""",None,6/2,Heart,,0,0',
    ].join('\r\n');
    expect(readProfiles(table, 'csv')).toEqual([
      {
        place: 'line 2',
        profile: {
          classification: 'primary',
          primary: 'Sirius',
          percentages: { Sirius: 81.5, Vega: 18.5 },
          hdData: {
            type: 'Generator',
            authority: 'Sacral',
            profile: '2/4',
            centers: ['Head', 'Throat'],
            gates: [1, 64],
          },
        },
      },
      {
        place: 'line 3',
        profile: {
          classification: 'hybrid',
          hybrid: ['Sirius', 'Vega'],
          percentages: { Sirius: 50 },
          hdData: { type: 'Projector', authority: 'Splenic', profile: '1/3', centers: [], gates: [] },
        },
      },
      {
        place: 'line 4',
        profile: {
          classification: 'unresolved',
          percentages: { Sirius: 0, Vega: 0 },
          hdData: { type: 'A "type"', authority: 'None', profile: '6/2', centers: ['Heart'], gates: [] },
        },
      },
    ]);
  });

  it('may have its columns in any order', () => {
    const table = `percent_Vega,gates,centers,profile,authority,type,hybrid_2,hybrid_1,primary,classification\n7,3,,1/3,a,t,,,Vega,primary\n`;
    const [read] = readProfiles(table, 'csv');
    expect(read!.profile).toMatchObject({
      primary: 'Vega',
      percentages: { Vega: 7 },
      hdData: { gates: [3] },
    });
  });

  it('leaves what is wrong with one profile to the check of that profile', () => {
    const [read] = readProfiles(`${names}\nnone,,Vega,,,,,,first;99,-5,1000\n`, 'csv');
    expect(read!.profile).toEqual({
      classification: 'none',
      hybrid: ['Vega'],
      percentages: { Sirius: -5, Vega: 1000 },
      hdData: { centers: [], gates: ['first', 99] },
    });
  });

  it('takes a system by the name of __proto__ for a name', () => {
    const [read] = readProfiles(`${names},percent___proto__\n,,,,,,,,,1,2,3\n`, 'csv');
    const { percentages } = read!.profile as { percentages: object };
    expect(Object.keys(percentages)).toEqual(['Sirius', 'Vega', '__proto__']);
  });

  it('tells all faults with their lines', () => {
    const table = `${names}\nprimary,Sirius\n,,,,,,,,,"1,5",much\n"a"b\n,,,,,,,,,1,2\n`;
    expect(faultsOf(table, 'csv')).toEqual([
      'line 2: has 2 fields, and not 11 as the names have',
      'line 3: percent_Sirius is not a number, as in 12.5',
      'line 3: percent_Vega is not a number, as in 12.5',
      'line 4: text behind the quote that ends a field',
    ]);
  });

  it('tells all faults of its names', () => {
    const table =
      'classification,primary,primary,hybrid_1,hybrid_2,type,authority,profile,centers,mood,percent_\n';
    expect(faultsOf(table, 'csv')).toEqual([
      'line 1: the column gates is missing',
      'line 1: there is no column "mood"',
      'line 1: there is no column "percent_"',
      'line 1: the column "primary" is there twice',
      'line 1: there is no column percent_<system>',
    ]);
  });

  it('without a line is a fault', () => {
    expect(faultsOf('\n', 'csv')).toEqual([expect.stringMatching(/^line 1: there is no line of names: /)]);
  });

  it('of the sample is in order', () => {
    const faults = readProfiles(readFileSync('sample/profiles.csv', 'utf8'), 'csv').map(({ profile }) =>
      checkProfile(profile as JsonObject),
    );
    expect(faults).toEqual([[], [], [], []]);
  });
});

describe('a list of profiles (NA-11)', () => {
  it('is read as it is', () => {
    const list = [{ classification: 'primary' }, {}];
    expect(readProfiles(`\uFEFF${JSON.stringify(list)}`, 'json')).toEqual([
      { place: 'profile 1', profile: list[0] },
      { place: 'profile 2', profile: list[1] },
    ]);
  });

  it.each([
    ['what is no list', '{"classification":"primary"}', ['document: is not a list of profiles']],
    ['what is no object in it', '[{}, 1, null, []]', ['profile 2', 'profile 3', 'profile 4']],
    ['where it is no JSON', '[\n{},\n{"a":}}\n]', ['line 3, column']],
    ['YAML, which is no JSON', '- a: 1\n', ['document: ']],
    ['nothing', '', ['document: ']],
  ])('tells of %s', (_, text, faults) => {
    expect(faultsOf(text, 'json').slice(0, faults.length)).toEqual(
      faults.map((fault) => expect.stringContaining(fault)),
    );
  });

  it('tells the first two hundred faults, and how many there are', () => {
    const text = JSON.stringify(Array.from({ length: 203 }, () => 1));
    expect(() => readProfiles(text, 'json')).toThrow(/profile 200: is not an object\nand 3 more$/);
  });
});
