import * as fc from 'fast-check';
import { backOffMs, firstDelayMs, longestDelayMs } from './back-off.js';

const failures = fc.integer({ min: 1, max: 1_000_000 });
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe('backOffMs', () => {
  it('starts at 50 ms, doubles to 30 s and stays there', () => {
    const shortest = Array.from({ length: 12 }, (_, i) => Math.round(backOffMs(i + 1, 0)));
    expect(shortest).toEqual([50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000, 20000]);
    expect(backOffMs(1_000_000, 1)).toBe(30_000);
  });

  it('never exceeds 30 s and never falls below 50 ms, however many failures there were', () => {
    fc.assert(
      fc.property(failures, random, (count, share) => {
        expect(backOffMs(count, share)).toBeGreaterThanOrEqual(firstDelayMs);
        expect(backOffMs(count, share)).toBeLessThanOrEqual(longestDelayMs);
      }),
    );
  });

  it('never shortens as failures add up', () => {
    fc.assert(
      fc.property(failures, random, (count, share) =>
        expect(backOffMs(count + 1, share)).toBeGreaterThanOrEqual(backOffMs(count, share)),
      ),
    );
  });

  it('is spread by a third, so that many clients do not come back together', () => {
    for (const count of [1, 5, 20]) {
      expect(backOffMs(count, 1) / backOffMs(count, 0)).toBeCloseTo(1.5);
      expect(backOffMs(count, 0.5)).toBeGreaterThan(backOffMs(count, 0.25));
    }
  });

  it('asks an origin that fails at once at most 5 times in the first 1.5 s, whatever the dice say (CA-14)', () => {
    fc.assert(
      fc.property(fc.infiniteStream(random), (dice) => {
        let attempts = 0;
        for (let at = 0; at < 1_500; at += backOffMs(attempts, dice.next().value as number)) attempts++;
        expect(attempts).toBeLessThanOrEqual(5);
      }),
    );
  });
});
