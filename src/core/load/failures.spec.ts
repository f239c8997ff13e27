import { VirtualClock } from '../../testing/virtual-clock.js';
import { Failures } from './failures.js';

describe('the keys whose last load failed', () => {
  let clock: VirtualClock;
  let dice: () => number;
  let failures: Failures;

  beforeEach(() => {
    clock = new VirtualClock();
    dice = () => 0;
    failures = new Failures(clock, () => dice());
  });

  it('knows nothing of a key that never failed', () => {
    expect([failures.has('key'), failures.retryInMs('key'), failures.lastError('key')]).toEqual([
      false,
      0,
      undefined,
    ]);
  });

  it('counts in a row, and keeps the last error', () => {
    const errors = [1, 2, 3].map((n) => new Error(`${n}`));
    const noted = errors.map((error) => failures.note('key', error));
    expect(noted).toEqual([
      { failures: 1, retryInMs: 50 },
      { failures: 2, retryInMs: 100 },
      { failures: 3, retryInMs: 200 },
    ]);
    expect(failures.lastError('key')).toBe(errors[2]);
  });

  it('lets it be tried when its time has come, and remembers that it failed until it succeeds', async () => {
    failures.note('key', new Error('down'));
    await clock.advance(50);
    expect([failures.retryInMs('key'), failures.has('key')]).toEqual([0, true]);
    failures.forget('key');
    expect(failures.has('key')).toBe(false);
    expect(failures.note('key', new Error('again'))).toEqual({ failures: 1, retryInMs: 50 });
  });

  it('holds ten thousand keys: the one that failed longest ago is forgotten, not the one that was noted first', () => {
    for (let i = 0; i < 10_000; i++) failures.note(`key-${i}`, new Error('down'));
    failures.note('key-0', new Error('down again'));
    failures.note('one more', new Error('down'));
    expect([failures.has('key-0'), failures.has('key-1'), failures.has('one more')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('a recovery spreads them over two seconds, each by dice of its own', () => {
    const rolls = [0.25, 1];
    const keys = ['a', 'b'];
    for (const key of keys) for (let i = 0; i < 12; i++) failures.note(key, new Error('down'));
    dice = () => rolls.shift()!;
    failures.originRecovered();
    expect(keys.map((key) => failures.retryInMs(key))).toEqual([500, 2_000]);
  });

  describe('whose origin said when to come back (SI-5)', () => {
    const told = (retryAfterMs: unknown) => Object.assign(new Error('busy'), { retryAfterMs });

    it('are left alone for at least that long', () => {
      expect(failures.note('key', told(20_000))).toEqual({ failures: 1, retryInMs: 20_000 });
      expect(failures.retryInMs('key')).toBe(20_000);
      expect(failures.note('soon', told(1))).toMatchObject({ retryInMs: 50 });
    });

    it('for an hour at most', () => {
      expect(failures.note('key', told(1e12))).toMatchObject({ retryInMs: 3_600_000 });
      expect(failures.note('ever', told(Number.POSITIVE_INFINITY))).toMatchObject({ retryInMs: 3_600_000 });
    });

    it.each([undefined, null, '9', -1, 0, Number.NaN])('are not for %p', (retryAfterMs) => {
      expect(failures.note('key', told(retryAfterMs))).toMatchObject({ retryInMs: 50 });
    });

    it('nor for what is no object', () => {
      expect(failures.note('key', undefined)).toMatchObject({ retryInMs: 50 });
    });

    it('also where another dependency recovers', () => {
      failures.note('told', told(20_000));
      for (let i = 0; i < 9; i++) failures.note('untold', new Error('down'));
      dice = () => 0.5;
      failures.originRecovered();
      expect([failures.retryInMs('told'), failures.retryInMs('untold')]).toEqual([20_000, 1_000]);
    });
  });
});
