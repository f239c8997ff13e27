import { parseDuration } from './parse-duration.js';
import { renderTable } from './render-table.js';

describe('what people write and read on the command line (OP-8)', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['3650d', 315_360_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '90', 'd', '-1d', '1.5h', '1 d', '3651d', '1w', '9999999999s'])('%s is no time', (text) => {
    expect(() => parseDuration(text)).toThrow('a number with s, m, h or d, up to 3650d: 90d');
  });

  it('a table is as wide as it must be', () => {
    const rows = [
      { prefix: 'AAAAAAAA', name: 'a pipeline', expires: null },
      { prefix: 'BBBBBBBB', name: 'ann', expires: 'soon' },
    ];
    expect(renderTable(rows)).toBe(
      ['prefix    name        expires', 'AAAAAAAA  a pipeline  -', 'BBBBBBBB  ann         soon'].join('\n'),
    );
  });
});
