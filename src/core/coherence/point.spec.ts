import { parsePoint, renderPoint } from './point.js';

describe('a point of a history, as text (CO-15)', () => {
  it.each([
    ['e1:0', 'e1', 0],
    [
      'cd68c6d5-34f4-4b5e-9a5d-0c9a0a0e5c8b.7575.00000001:42',
      'cd68c6d5-34f4-4b5e-9a5d-0c9a0a0e5c8b.7575.00000001',
      42,
    ],
  ])('%s is read and written alike', (text, epoch, version) => {
    expect(parsePoint(text)).toEqual({ epoch, version });
    expect(renderPoint({ epoch, version })).toBe(text);
  });

  it.each([
    '',
    'e1',
    'e1:',
    ':1',
    'e1:-1',
    'e1:1.5',
    'e1:1e3',
    'e 1:1',
    'e1:1:2',
    `e1:${'9'.repeat(16)}`,
    'e1:1\n',
  ])('%j is none', (text) => {
    expect(parsePoint(text)).toBeNull();
  });
});
