import { setTimeout as delay } from 'node:timers/promises';
import { handWritten, phases, values } from '../../reads/contenders.mjs';
import { alternate } from '../../support/alternate.mjs';
import { untilStaleMs } from '../scenario.mjs';
import hit from './hit.mjs';

const pairs = { pairs: 150, warmUpPairs: 75 };

export default {
  rows: ['a stale hit, while the origin hangs'],
  needs: 'stale',
  launches: 2,
  async measure(library) {
    let hangs = false;
    const origin = (key) => (hangs ? new Promise(() => undefined) : Promise.resolve(values.get(key)));
    const { get } = library.memory(origin, { ttlMs: 1_000, staleMs: 3_600_000 });
    for (const key of phases) await get(key);
    await delay(untilStaleMs);
    hangs = true;
    return alternate(await handWritten(), get, phases, pairs);
  },
  cellsOf: (results) => hit.cellsOf(results),
};
