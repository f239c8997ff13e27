import * as fc from 'fast-check';
import { takeToken } from './take-token.js';
import type { BucketRate } from './token-bucket.js';

const rate = { perSecond: 10, burst: 20 };
const start = Date.UTC(2026, 0, 1);

/** The moments at which a bucket gave a token to somebody who asked at these. */
function givenAt(moments: readonly number[], of: BucketRate = rate): number[] {
  let fullAt: number | undefined;
  return moments.filter((moment) => {
    const taking = takeToken(fullAt, moment, of);
    ({ fullAt } = taking);
    return taking.isTaken;
  });
}

describe('a token bucket (OP-2)', () => {
  it('gives the burst at once, and not one more', () => {
    expect(givenAt(Array.from({ length: 100 }, () => start))).toHaveLength(20);
  });

  it('then gives 10 each second to somebody who asks 1,000 times a second, none sooner and none later', () => {
    const given = givenAt(Array.from({ length: 10_000 }, (_, at) => start + at));
    expect(given).toHaveLength(20 + 99);
    const later = given.slice(20);
    expect(later.map((moment) => moment - start)).toEqual(later.map((_, at) => 100 * (at + 1)));
  });

  it('gives the burst again after a rest, and never 30 in a second, where a window would begin anew', () => {
    const burst = (at: number) => Array.from({ length: 100 }, (_, n) => start + at + n * 10);
    const given = givenAt([...burst(0), ...burst(5_000)]).map((moment) => moment - start);
    expect(given.filter((moment) => moment < 1_000)).toHaveLength(29);
    expect(given.filter((moment) => moment >= 5_000)).toHaveLength(29);
  });

  it('takes nothing from who is refused: the next token comes in time for whoever hammers', () => {
    const hammering = givenAt(Array.from({ length: 10_000 }, (_, at) => start + at / 10));
    const waiting = givenAt([...Array.from({ length: 20 }, () => start), ...range(1, 10, 100)]);
    expect(hammering).toHaveLength(20 + 9);
    expect(waiting).toHaveLength(20 + 10);
  });

  it('tells when there is a token again, and how long until it is full', () => {
    let fullAt: number | undefined;
    const takings = Array.from({ length: 21 }, () => {
      const taking = takeToken(fullAt, start, rate);
      ({ fullAt } = taking);
      return taking;
    });
    expect(takings[0]).toEqual({
      isTaken: true,
      remaining: 19,
      retryAfterMs: 0,
      fullInMs: 100,
      fullAt: start + 100,
    });
    expect(takings[19]).toMatchObject({ isTaken: true, remaining: 0, fullInMs: 2_000 });
    expect(takings[20]).toMatchObject({ isTaken: false, remaining: 0, retryAfterMs: 100, fullInMs: 2_000 });
    expect(takeToken(fullAt, start + 99, rate)).toMatchObject({ isTaken: false, retryAfterMs: 1 });
    expect(takeToken(fullAt, start + 100, rate).isTaken).toBe(true);
  });

  it('locks nobody out for longer than it takes to fill, whatever was kept and wherever the clock goes', () => {
    for (const fullAt of [start + 86_400_000, Number.MAX_SAFE_INTEGER]) {
      const { isTaken, fullAt: kept } = takeToken(fullAt, start, rate);
      expect(isTaken).toBe(false);
      expect(takeToken(kept, start + 100, rate).isTaken).toBe(true);
    }
    expect(takeToken(start - 86_400_000, start, rate)).toMatchObject({ isTaken: true, remaining: 19 });
  });

  it('never gives more than the burst and what came in since, at any rate and for any asking', () => {
    fc.assert(
      fc.property(
        fc.record({ perSecond: fc.integer({ min: 1, max: 1_000 }), burst: fc.integer({ min: 1, max: 100 }) }),
        fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 200 }),
        (of, gaps) => {
          let at = start;
          const given = givenAt(
            gaps.map((gap) => (at += gap)),
            of,
          );
          for (const [first, from] of given.entries())
            for (const [count, to] of given.slice(first).entries()) {
              // Each may be rounded by a twentieth of a millisecond.
              const cameInMs = to - from + count * 0.05 + 0.001;
              expect(count + 1).toBeLessThanOrEqual(of.burst + (cameInMs / 1_000) * of.perSecond);
            }
        },
      ),
      { numRuns: 200 },
    );
  });
});

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => start + (from + at) * step);
}
