import { describeCause } from './describe-cause.js';

describe('describeCause', () => {
  const bottom = new Error('connect ECONNREFUSED 127.0.0.1:1');

  it.each<[string, unknown, string]>([
    ['an error', new Error('no'), 'no'],
    ['what is below it', new Error('fetch failed', { cause: bottom }), `fetch failed: ${bottom.message}`],
    [
      'nothing twice',
      new Error(`Signal x: ${bottom.message}`, { cause: bottom }),
      `Signal x: ${bottom.message}`,
    ],
    [
      'the bottom past one that says nothing new',
      new Error('a: b', { cause: new Error('b', { cause: new Error('c') }) }),
      'a: b: c',
    ],
    [
      'the first of several',
      new AggregateError([bottom, new Error('::1')]),
      `AggregateError: ${bottom.message}`,
    ],
    ['what is no error', 'text', 'text'],
  ])('tells %s', (_, error, told) => {
    expect(describeCause(error)).toBe(told);
  });
});
