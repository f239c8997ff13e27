// What is played, and how it is broken to see that its objectives can be missed.
import { distinct } from './distinct.mjs';
import { replicas } from './replicas.mjs';
import { sigterm } from './sigterm.mjs';
import { stampede } from './stampede.mjs';
import { zipfMix } from './zipf.mjs';

/** Longer than the deadline of a narrative. */
const tooSlowMs = 40_000;

async function slowModel({ upstream }) {
  upstream.behave({ kind: 'slow', delayMs: tooSlowMs });
  return {};
}

async function failingModel({ upstream }) {
  upstream.behave('fail');
  return { count: 50 };
}

/** Both ways together are above the bar of a hit. */
async function slowServer(stage) {
  await stage.slowDown(15);
  return {};
}

export const scenarios = {
  stampede: { play: stampede, isShort: true, sabotage: slowModel },
  distinct: { play: distinct, isShort: true, sabotage: failingModel },
  zipf: { play: zipfMix, isShort: true, sabotage: slowServer },
  /** Last of those on one stage: it ends the server that they ask. */
  sigterm: { play: sigterm, isShort: true, sabotage: async () => ({ signal: 'SIGKILL' }) },
  replicas: { play: replicas, isShort: false, needs: { processes: 3, redis: true }, sabotage: slowModel },
};
