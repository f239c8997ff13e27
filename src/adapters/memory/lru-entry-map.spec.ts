import { Entry } from '../../core/index.js';
import { LruEntryMap } from './lru-entry-map.js';

const mib = 1_048_576;
const entry = (key: string, value: unknown): Entry<unknown> =>
  new Entry(key, value, false, { asOf: null, scopes: [], confirmedAt: 0, maxAgeMs: 1 });

function filled(map: LruEntryMap<unknown>, count: number, valueOf: (i: number) => unknown) {
  for (let i = 0; i < count; i++) map.set(`key-${i}`, entry(`key-${i}`, valueOf(i)));
  return map;
}

describe('a bounded map of entries (CA-3)', () => {
  it('keeps so many entries, and lets the least recently used go', () => {
    const map = filled(new LruEntryMap({ maxEntries: 3, maxBytes: mib }), 3, () => 'value');
    map.get('key-0');
    filled(map, 5, () => 'value');
    expect([...map.keys()].toSorted()).toEqual(['key-2', 'key-3', 'key-4']);
    expect(map.size).toBe(3);
  });

  it('keeps so many bytes, whatever the number', () => {
    const map = filled(new LruEntryMap({ maxEntries: 10_000, maxBytes: mib }), 10_000, () =>
      'x'.repeat(1_000),
    );
    expect(map.bytes).toBeLessThanOrEqual(mib);
    expect(map.size).toBeGreaterThan(600);
    expect(map.size).toBeLessThan(1_000);
  });

  it('does not keep a value that is larger than all of it, nor an older one in its place', () => {
    const map = filled(new LruEntryMap({ maxEntries: 10, maxBytes: mib }), 1, () => 'small');
    map.set('key-0', entry('key-0', 'я'.repeat(mib)));
    expect(map.has('key-0')).toBe(false);
  });

  it.each<[string, unknown, number]>([
    ['Latin text', 'x'.repeat(100_000), 100_000],
    ['other text', 'я'.repeat(100_000), 200_000],
    ['an array of numbers', Array.from({ length: 10_000 }, (_, i) => i + 0.5), 200_000],
    [
      'rows',
      Array.from({ length: 1_000 }, (_, i) => ({ id: `row-${i}`, weight: 0.5, tags: ['a', 'b'] })),
      200_000,
    ],
    ['a map', new Map(Array.from({ length: 1_000 }, (_, i) => [`key-${i}`, 'x'.repeat(50)])), 100_000],
  ])('counts about what %s takes in memory', (_, value, bytes) => {
    const map = new LruEntryMap({ maxEntries: 10, maxBytes: 100 * mib });
    map.set('key', entry('key', value));
    expect(map.bytes).toBeGreaterThan(0.7 * bytes);
    expect(map.bytes).toBeLessThan(2 * bytes);
  });
});
