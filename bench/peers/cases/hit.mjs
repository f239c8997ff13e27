import { handWritten, phases, values } from '../../reads/contenders.mjs';
import { alternate } from '../../support/alternate.mjs';
import { duration, median, times } from '../../support/figures.mjs';

export default {
  rows: ['a hit in memory'],
  needs: 'memory',
  launches: 3,
  async measure(library) {
    const { get } = library.memory(async (key) => values.get(key), { ttlMs: 300_000, staleMs: 0 });
    for (const key of phases) await get(key);
    return alternate(await handWritten(), get, phases);
  },
  /** Nanoseconds, and times the least that an asynchronous read with metadata can take, in the same process. */
  cellsOf(results) {
    const [ns, ratio] = ['ns', 'ratio'].map((figure) => median(results.map((result) => result[figure])));
    return [{ text: `${duration(ns)} (${times(ratio)})`, value: ns }];
  },
};
