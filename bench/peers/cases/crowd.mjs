import { setTimeout as delay } from 'node:timers/promises';
import { duration, median } from '../../support/figures.mjs';
import { dataOf } from '../libraries/index.mjs';

const rounds = 9;
const callers = 10_000;
const originMs = 20;

/** Milliseconds beyond the origin's own time, and the loads it took. */
async function round(library) {
  let loads = 0;
  let tookMs = 0;
  const origin = async () => {
    loads++;
    const asked = performance.now();
    await delay(originMs);
    tookMs += performance.now() - asked;
    return { some: 'value' };
  };
  const { get } = library.memory(origin, { ttlMs: 60_000, staleMs: 0 });
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: callers }, () => get('cold')));
  const beyondMs = performance.now() - start - tookMs / loads;
  if (answers.some((answer) => dataOf(library)(answer)?.some !== 'value'))
    throw new Error('Not everybody got the value');
  return { loads, beyondMs };
}

/** 10,000 callers at once of one cold key whose origin takes 20 ms. */
export default {
  rows: ['10,000 callers of one cold key: loads, and the time beyond the origin’s'],
  needs: 'memory',
  launches: 1,
  async measure(library) {
    const results = [];
    for (let i = 0; i <= rounds; i++) results.push(await round(library));
    return results.slice(1);
  },
  cellsOf([results]) {
    const loads = Math.max(...results.map((result) => result.loads));
    const time = duration(median(results.map(({ beyondMs }) => beyondMs)) * 1e6);
    return [
      { text: `${loads.toLocaleString('en')}, +${time}`, value: loads, ours: { maxValue: 1, bar: '1 load' } },
    ];
  },
};
