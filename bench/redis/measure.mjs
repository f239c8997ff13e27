// Each way to a value by turns, in a process of its own: what slows the machine for a while slows all of them.
import { median } from '../support/figures.mjs';
import { contenders, filledRig, waveOf } from './contenders.mjs';

const [url, bytes, concurrency] = process.argv.slice(2);
const rounds = 40;
const warmUpRounds = 15;
const turnMs = 15;

const rig = await filledRig(url, Number(bytes));
const names = Object.keys(contenders);
const waves = names.map((name) => waveOf(contenders[name](rig), Number(concurrency)));

/** Microseconds of each read. */
async function turn(wave) {
  const start = performance.now();
  let ran = 0;
  for (; performance.now() - start < turnMs; ran++) await wave();
  return ((performance.now() - start) * 1_000) / ran / Number(concurrency);
}

const taken = names.map(() => []);
for (let round = 0; round < warmUpRounds + rounds; round++) {
  for (const i of names.keys()) {
    const at = (i + round) % names.length;
    const us = await turn(waves[at]);
    if (round >= warmUpRounds) taken[at].push(us);
  }
}
const floor = taken[names.indexOf('raw')];
const result = names.map((name, i) => [
  name,
  { us: median(taken[i]), ratio: median(taken[i].map((us, round) => us / floor[round])) },
]);
process.send(Object.fromEntries(result), () => process.exit());
