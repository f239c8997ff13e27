import { Entry } from '../../../core/index.js';
import { oldestOf } from './oldest-of.js';

const entryOf = (confirmedAt: number, maxAgeMs: number, absent = false) =>
  new Entry<unknown>('k', absent ? undefined : 1, absent, {
    asOf: null,
    scopes: [],
    confirmedAt,
    maxAgeMs,
    message: null,
    isPromoted: false,
  });

describe('the oldest signal that may still be given out (SI-10)', () => {
  it('is the one nearest to its own limit, not the one observed first', () => {
    expect(oldestOf([entryOf(0, 10_000), entryOf(900, 200)], 1_000)).toEqual({ ageMs: 100, share: 0.5 });
  });

  it('is none that is past its limit, is absent or was marked', () => {
    const marked = entryOf(500, 1_000);
    marked.revokedAt = 600;
    expect(oldestOf([entryOf(0, 1_000), entryOf(900, 1_000, true), marked], 1_000)).toBeNull();
  });

  it('has no age below 0, whatever a clock said', () => {
    expect(oldestOf([entryOf(1_010, 1_000)], 1_000)).toEqual({ ageMs: 0, share: 0 });
  });
});
