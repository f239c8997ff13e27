import { AppError } from '../../core/index.js';
import { retryAfterSeconds, toProblem } from './problem.js';

class ListingError extends AppError {
  readonly code = 'signals-not-ready';
  constructor(
    readonly retryable: boolean,
    readonly retryAfterMs: number,
    readonly offences: readonly unknown[] = [],
  ) {
    super('2 of the signals cannot be used');
  }
}

describe('an error as a caller is told of it', () => {
  it('lists every part of what was asked for that cannot be had (SI-4)', () => {
    const offences = [
      { type: 'odds', id: 'g1:dk:h2h', code: 'signal-expired', ageMs: 61_000, limitMs: 60_000 },
    ];
    expect(toProblem(new ListingError(true, 0, offences), 'r', 1)).toMatchObject({
      status: 503,
      code: 'signals-not-ready',
      faults: offences,
    });
  });

  it.each([
    [0, 1],
    [1_001, 2],
  ])('says when to come back: in %d ms is in %d s, and never in none', (ms, seconds) => {
    expect(retryAfterSeconds(new ListingError(true, ms))).toBe(seconds);
  });

  it('says it of nothing that another attempt cannot help, and of no error that is not ours', () => {
    expect(retryAfterSeconds(new ListingError(false, 1_000))).toBeNull();
    expect(retryAfterSeconds(Object.assign(new Error('theirs'), { retryAfterMs: 1 }))).toBeNull();
    expect(retryAfterSeconds(null)).toBeNull();
  });
});
