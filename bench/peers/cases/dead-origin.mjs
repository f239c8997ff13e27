import { setTimeout as delay } from 'node:timers/promises';
import { duration, median } from '../../support/figures.mjs';
import { dataOf } from '../libraries/index.mjs';
import { outcomeOf, untilStaleMs } from '../scenario.mjs';

const reads = 360;
const overMs = 1_500;

/** Holds a value that is past its TTL; from then on each load is `fail()`. */
function held(library, settings, fail) {
  const state = { calls: 0, isAlive: true };
  const origin = async () => {
    state.calls++;
    return state.isAlive ? { some: 'value' } : fail();
  };
  const { get } = library.memory(origin, { ttlMs: 1_000, staleMs: 3_600_000, ...settings });
  state.read = () => outcomeOf(async () => dataOf(library)(await get('held')));
  return state;
}

/** 360 reads over 1.5 s at that pace. */
async function paced(state) {
  const start = performance.now();
  const reading = [];
  for (let i = 0; i < reads; i++) {
    await delay(start + (i * overMs) / reads - performance.now());
    reading.push(state.read());
  }
  return Promise.all(reading);
}

const words = { value: 'stale', nothing: 'nothing', throws: 'throws', waits: 'no answer' };
const timed = ({ outcome, ms }) =>
  outcome === 'waits' ? 'no answer in 2 s' : `${words[outcome]} in ${duration(ms * 1e6)}`;

/** What becomes of a value past its TTL: where its origin fails at once, and where it never answers. */
export default {
  rows: [
    'dead origin, past the TTL: a read; calls to the origin in 360 reads',
    'hanging origin, past the TTL: the first read',
  ],
  needs: 'memory',
  launches: 1,
  async measure(library) {
    const dead = held(library, { leavesAlone: true }, () => Promise.reject(new Error('The origin is dead')));
    const hanging = held(library, {}, () => new Promise(() => undefined));
    for (const state of [dead, hanging]) await state.read();
    await delay(untilStaleMs);
    for (const state of [dead, hanging]) Object.assign(state, { isAlive: false, calls: 0 });
    const outcomes = await paced(dead);
    return { outcomes, calls: dead.calls, hanging: await hanging.read() };
  },
  cellsOf([{ outcomes, calls, hanging }]) {
    const kinds = Object.keys(words).filter((kind) => outcomes.some(({ outcome }) => outcome === kind));
    const told = kinds.map((outcome) => {
      const of = outcomes.filter((each) => each.outcome === outcome);
      const share = kinds.length > 1 ? `${of.length} × ` : '';
      return share + timed({ outcome, ms: median(of.map(({ ms }) => ms)) });
    });
    const failed = outcomes.filter(({ outcome }) => outcome !== 'value').length;
    const isServed = hanging.outcome === 'value';
    return [
      {
        text: `${told.join(', ')}; ${calls} calls`,
        value: calls,
        ours: { maxValue: failed > 0 ? -1 : 5, bar: 'no error, ≤ 5 calls' },
      },
      {
        text: timed(hanging),
        value: hanging.ms,
        ours: { maxValue: isServed ? 50 : -1, bar: 'served, ≤ 50 ms' },
      },
    ];
  },
};
