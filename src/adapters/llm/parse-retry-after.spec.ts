import { parseRetryAfter } from './parse-retry-after.js';

const now = Date.UTC(2026, 0, 1);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%p is %p ms from now on (LE-2)', (text, ms) => {
    expect(parseRetryAfter(text, now)).toBe(ms);
  });
});
