import * as fc from 'fast-check';
import { deepFreeze } from './deep-freeze.js';

const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

describe('deepFreeze', () => {
  it('freezes whatever JSON can say, all the way down, and returns the very same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        expect(deepFreeze(value)).toBe(value);
        expect(isDeeplyFrozen(value)).toBe(true);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it.each([0, '', false, null, undefined, Number.NaN, 1n, Symbol.iterator])(
    'lets %p through as it is',
    (value) => {
      expect(deepFreeze(value)).toBe(value);
    },
  );

  it('freezes objects without a prototype and arrays that are empty', () => {
    const bare = Object.assign(Object.create(null) as object, { list: [] as number[] });
    deepFreeze(bare);
    expect(Object.isFrozen(bare)).toBe(true);
    expect(Object.isFrozen((bare as { list: number[] }).list)).toBe(true);
  });

  it('leaves instances of classes to their own design', () => {
    class Lazy {
      worked: number | null = null;
    }
    const value = { lazy: new Lazy(), at: new Date(0), map: new Map([['a', 1]]), bytes: Buffer.from('x') };
    deepFreeze(value);
    expect(() => {
      value.lazy.worked = 1;
    }).not.toThrow();
    expect(Object.isFrozen(value.map)).toBe(false);
    expect(Object.isFrozen(value)).toBe(true);
  });

  it('ends in a circle', () => {
    const value: { self?: unknown; inner: { back?: unknown } } = { inner: {} };
    value.self = value;
    value.inner.back = value;
    expect(isFrozenPair(deepFreeze(value))).toBe(true);
  });

  it('does not walk again what is frozen, so that a shared structure costs nothing', () => {
    let reads = 0;
    const shared = Object.freeze(
      Object.defineProperty({}, 'part', { enumerable: true, get: () => (reads += 1) }),
    );
    deepFreeze({ shared });
    expect(reads).toBe(0);
  });

  it('makes a write throw where it happens instead of changing what all readers share', () => {
    const value = deepFreeze({ row: { temperature: 0, tags: ['a'] } });
    expect(() => {
      (value.row as { temperature: number }).temperature = 0.7;
    }).toThrow(TypeError);
    expect(() => value.row.tags.push('b')).toThrow(TypeError);
  });
});

const isFrozenPair = (value: { inner: object }) => Object.isFrozen(value) && Object.isFrozen(value.inner);
