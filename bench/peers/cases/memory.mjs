const entries = 100_000;
/** Flat, as a key is that was read from a request. */
const keyOf = (i) => Buffer.from(`book:${i}:chapter:3`).toString('latin1');
const textOf = (i) => Buffer.alloc(1_024, `A text of number ${i}. `).toString('latin1');

function heap() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Heap for each of 100,000 entries, its value a text of 1 KB; with what the library itself takes. */
export default {
  rows: ['heap for an entry of 1 KB, of 100,000'],
  needs: 'memory',
  launches: 1,
  execArgv: ['--expose-gc'],
  async measure(library) {
    let at = 0;
    const cache = library.memory(async () => textOf(at), {
      ttlMs: 3_600_000,
      staleMs: 0,
      maxEntries: entries + 1,
    });
    await cache.get('first');
    const before = heap();
    for (; at < entries; at++) await cache.get(keyOf(at));
    const bytes = (heap() - before) / entries;
    // What was collected with the cache would count for nothing.
    await cache.get('first');
    return bytes;
  },
  cellsOf: ([bytes]) => [
    {
      text: `${Math.round(bytes).toLocaleString('en')} B`,
      value: bytes,
      ours: { maxValue: 1_300, bar: '≤ 1,300 B' },
    },
  ],
};
