import { supersedes } from './supersedes.js';

const entry = (epoch: string, version: number, confirmedAt = 0, left: readonly string[] = []) => ({
  asOf: { epoch, version, changeId: `${epoch}-${version}` },
  absent: false,
  confirmedAt,
  storedAt: 0,
  left,
});

describe('a write to a tier that lands late (CO-11)', () => {
  it('changes nothing where what is held is of a higher version', () => {
    expect(supersedes(entry('e1', 4, 9_999), entry('e1', 5))).toBe(false);
    expect(supersedes(entry('e1', 6), entry('e1', 5, 9_999))).toBe(true);
  });

  it('changes nothing at the same version where what is held was confirmed later', () => {
    expect(supersedes(entry('e1', 5, 9), entry('e1', 5, 10))).toBe(false);
    expect(supersedes(entry('e1', 5, 10), entry('e1', 5, 10))).toBe(true);
    expect(supersedes({ ...entry('e1', 5, 9), asOf: null }, entry('e1', 5, 10))).toBe(false);
  });

  it('changes nothing where it is of an epoch that whoever stored what is held had left', () => {
    expect(supersedes(entry('e1', 10, 9_999), entry('e2', 9, 0, ['e0', 'e1']))).toBe(false);
  });

  it('is taken where it is of another epoch: what a fail-over lost never keeps the truth out', () => {
    expect(supersedes(entry('e2', 9), entry('e1', 10, 9_999))).toBe(true);
  });
});
