import { band, type Band } from './band.js';
import { resolvePolicy, type Limit } from './policy.js';

const policyOf = (staleWhileRevalidateMs: Limit, staleIfErrorMs: Limit, maxAgeMs = 100) =>
  resolvePolicy({
    maxAgeMs,
    staleWhileRevalidateMs,
    staleIfErrorMs,
    softTimeoutMs: 0,
    hardTimeoutMs: 1,
    negativeMaxAgeMs: 0,
    jitter: 0,
    invalidatedMaxStaleMs: null,
  });

/** staleWhileRevalidate, staleIfError, age, band; maxAge is 100. */
const table: [Limit, Limit, number, Band][] = [
  [50, 200, 0, 'fresh'],
  [50, 200, 99.999, 'fresh'],
  [50, 200, 100, 'revalidate'],
  [50, 200, 149.999, 'revalidate'],
  [50, 200, 150, 'if-error'],
  [50, 200, 299.999, 'if-error'],
  [50, 200, 300, 'expired'],
  [50, 200, Number.POSITIVE_INFINITY, 'expired'],
  // A window of no length is skipped.
  [0, 200, 100, 'if-error'],
  [50, 0, 149, 'revalidate'],
  [50, 0, 150, 'expired'],
  [0, 0, 99, 'fresh'],
  [0, 0, 100, 'expired'],
  // stale-if-error that ends first, or with it, adds nothing.
  [50, 20, 120, 'revalidate'],
  [50, 20, 149, 'revalidate'],
  [50, 20, 150, 'expired'],
  [50, 50, 149, 'revalidate'],
  [50, 50, 150, 'expired'],
  // No limit.
  [0, null, 100, 'if-error'],
  [0, null, 1e15, 'if-error'],
  [50, null, 149, 'revalidate'],
  [50, null, 150, 'if-error'],
  [null, 0, 100, 'revalidate'],
  [null, 0, 1e15, 'revalidate'],
  [null, 200, 1e15, 'revalidate'],
  [null, null, 1e15, 'revalidate'],
];

describe('band', () => {
  it.each(table)('revalidate %p, if-error %p: a value aged %p ms is %s', (swr, sie, age, expected) => {
    expect(band(age, policyOf(swr, sie))).toBe(expected);
  });

  it('counts both stale windows from the end of maxAge, not from creation', () => {
    const week = 7 * 86_400_000;
    const policy = policyOf(week, 2 * week, week);
    expect(band(2 * week - 1, policy)).toBe('revalidate');
    expect(band(2 * week, policy)).toBe('if-error');
    expect(band(3 * week - 1, policy)).toBe('if-error');
    expect(band(3 * week, policy)).toBe('expired');
  });

  it("counts them from the end of the value's own maxAge where it has one", () => {
    const policy = policyOf(50, 200);
    expect([9, 10, 59, 60, 209, 210].map((age) => band(age, policy, 10))).toEqual([
      'fresh',
      'revalidate',
      'revalidate',
      'if-error',
      'if-error',
      'expired',
    ]);
  });

  it('knows no fresh moment where maxAge is 0', () => {
    expect(band(0, policyOf(50, 200, 0))).toBe('revalidate');
    expect(band(0, policyOf(0, 0, 0))).toBe('expired');
  });
});
