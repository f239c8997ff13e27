import { KappaWindow } from './kappa-window.js';

const rated = (...labels: string[]) =>
  labels.map((recommendation, at) => ({ modelId: `m/${at}`, recommendation }));

describe('kappa over a window', () => {
  it('is of each two judges of a vote, in whatever order they are named (LE-8)', () => {
    const window = new KappaWindow();
    window.add(rated('x', 'x', 'y'));
    window.add(rated('y', 'y', 'x').toReversed());
    expect(window.all()).toEqual([
      { a: 'm/0', b: 'm/1', kappa: 1 },
      { a: 'm/0', b: 'm/2', kappa: -1 },
      { a: 'm/1', b: 'm/2', kappa: -1 },
    ]);
  });

  it('tells nothing of who judged one lesson together, or with itself (LE-8)', () => {
    const window = new KappaWindow();
    window.add(rated('x', 'x'));
    for (let n = 0; n < 3; n++) window.add([...rated('x'), ...rated('x')]);
    window.add([]);
    expect(window.all()).toEqual([]);
  });

  it('forgets what is beyond the last 200 (LE-8)', () => {
    const window = new KappaWindow();
    for (let n = 0; n < 10; n++) window.add(rated('x', 'y'));
    for (let n = 0; n < 200; n++) window.add(n % 2 === 0 ? rated('x', 'x') : rated('y', 'y'));
    expect(window.all()).toEqual([{ a: 'm/0', b: 'm/1', kappa: 1 }]);
  });

  it('holds 50 pairs, those that were seen last (LE-8)', () => {
    const window = new KappaWindow();
    const pair = (n: number) => [
      { modelId: 'a', recommendation: 'x' },
      { modelId: `b${n}`, recommendation: 'x' },
    ];
    const judgeTwice = (n: number) => [0, 1].forEach(() => window.add(pair(n)));
    for (let n = 0; n < 50; n++) judgeTwice(n);
    window.add(pair(0));
    judgeTwice(50);
    const held = window.all().map(({ b }) => b);
    expect(held).toHaveLength(50);
    expect(held).toEqual(expect.arrayContaining(['b0', 'b2', 'b50']));
    expect(held).not.toContain('b1');
    window.add(pair(1));
    expect(window.all().map(({ b }) => b)).not.toContain('b1');
  });
});
