import { parseDuration } from './parse-duration.js';

describe('parseDuration', () => {
  it.each([
    ['60s', 60_000],
    ['24h', 86_400_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('reads %s (SI-1)', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['60', 's', '-1s', '1 s', '1e3s', '1w', '', '1S', '9999999999s'])('takes no %j (SI-1)', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});
