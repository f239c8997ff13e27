import { faultsOfForm } from './faults-of-form.js';

describe('faultsOfForm', () => {
  it.each([
    [
      'a number that other tiers would hold as null',
      JSON.parse('{"a":[1e400]}'),
      'must have finite numbers alone',
    ],
    [
      'what is nested too deep',
      JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`),
      'must be nested at most 64 deep',
    ],
  ])('refuses %s (SI-6)', (_, value, fault) => {
    expect(faultsOfForm(value)).toEqual([fault]);
  });

  it('takes all other JSON (SI-2)', () => {
    expect(faultsOfForm(JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`))).toEqual([]);
    expect(faultsOfForm({ any: ['thing', null, 1.5e308, true] })).toEqual([]);
  });
});
