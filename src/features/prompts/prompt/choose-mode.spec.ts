import * as fc from 'fast-check';
import { chooseMode } from './choose-mode.js';

const people = Array.from({ length: 20_000 }, (_, index) => `${index}`);
const shareOf = (share: number, node = 'a_node') =>
  people.filter((id) => chooseMode(share, node, id) === 'local').length / people.length;

describe('chooseMode (PR-4)', () => {
  it('has everybody at 1 and nobody at 0', () => {
    expect(shareOf(1)).toBe(1);
    expect(shareOf(0)).toBe(0);
    expect(chooseMode(1, 'a_node', null)).toBe('local');
  });

  it.each([0.01, 0.1, 0.5, 0.9])('has about that share of people (%p)', (share) => {
    expect(Math.abs(shareOf(share) - share)).toBeLessThan(0.012);
  });

  it('keeps everybody who is in as the share grows', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (id, share) => {
        if (chooseMode(share, 'a_node', id) === 'remote') return;
        expect(chooseMode(share + (1 - share) / 2, 'a_node', id)).toBe('local');
      }),
    );
  });

  it('draws other people for another node', () => {
    const both = people.filter(
      (id) => chooseMode(0.5, 'a_node', id) === 'local' && chooseMode(0.5, 'b_node', id) === 'local',
    );
    expect(Math.abs(both.length / people.length - 0.25)).toBeLessThan(0.02);
  });
});
