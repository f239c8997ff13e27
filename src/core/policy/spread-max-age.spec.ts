import * as fc from 'fast-check';
import { spreadMaxAge } from './spread-max-age.js';

const maxAge = fc.double({ min: 0, max: 1e12, noNaN: true });
const jitter = fc.double({ min: 0, max: 1, noNaN: true });

describe('spreadMaxAge', () => {
  it('never promises longer, and never shortens by more than the jitter', () => {
    fc.assert(
      fc.property(fc.string(), maxAge, jitter, (key, maxAgeMs, share) => {
        const spread = spreadMaxAge(key, maxAgeMs, share);
        expect(spread).toBeLessThanOrEqual(maxAgeMs);
        expect(spread).toBeGreaterThanOrEqual(maxAgeMs * (1 - share) * (1 - 1e-12));
      }),
    );
  });

  it('answers the same for the same key, always', () => {
    fc.assert(
      fc.property(fc.string(), maxAge, jitter, (key, maxAgeMs, share) => {
        expect(spreadMaxAge(key, maxAgeMs, share)).toBe(spreadMaxAge(key.concat(''), maxAgeMs, share));
      }),
    );
  });

  it('leaves maxAge alone without jitter', () => {
    fc.assert(
      fc.property(fc.string(), maxAge, (key, maxAgeMs) =>
        expect(spreadMaxAge(key, maxAgeMs, 0)).toBe(maxAgeMs),
      ),
    );
  });

  it.each([
    ['numbered keys', (i: number) => `key-${i}`],
    ['keys that differ in front', (i: number) => `${i}/prompt/ru`],
    ['languages', (i: number) => `шаг-${i}`],
  ])('spreads 10,000 %s over the whole range, no tenth of it above 15 %%', (_, keyOf) => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const shortened = 1 - spreadMaxAge(keyOf(i), 1, 1);
      tenths[Math.min(9, Math.floor(shortened * 10))]!++;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(500);
    expect(Math.max(...tenths)).toBeLessThan(1_500);
  });
});
