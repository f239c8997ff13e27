import { Threshold } from './threshold.js';

describe('a threshold (SI-10)', () => {
  const looksAt = (beyond: readonly boolean[]) => {
    const threshold = new Threshold();
    return beyond.map((each) => threshold.look(each));
  };

  it('is told of once, however long it is crossed', () => {
    expect(looksAt([false, true, true, true])).toEqual([null, 'crossed', null, null]);
  });

  it('is recovered once, after five looks in a row within it', () => {
    const within = [false, false, false, false, false, false];
    expect(looksAt([true, ...within])).toEqual(['crossed', null, null, null, null, 'recovered', null]);
  });

  it('that flaps is one alert', () => {
    const flapping = Array.from({ length: 40 }, (_, at) => at % 4 === 0);
    expect(looksAt(flapping).filter((crossing) => crossing !== null)).toEqual(['crossed']);
  });

  it('is told of again when it is crossed again', () => {
    const within = [false, false, false, false, false];
    const told = looksAt([true, ...within, true]).filter((crossing) => crossing !== null);
    expect(told).toEqual(['crossed', 'recovered', 'crossed']);
  });
});
