// One of the processes: crowd-node.mjs <library> <redis> <origin>. Told `{ key, at }`, it has its callers ask for the key
// at that moment of the wall clock, and tells how long each of them waited, and what for.
import { setTimeout as delay } from 'node:timers/promises';
import { callers } from '../stampede/scenario.mjs';
import { dataOf, libraryOf } from './libraries/index.mjs';

const [name, url, origin] = process.argv.slice(2);
const library = libraryOf(name);
const load = async (key) => (await fetch(`${origin}/${key}?by=0`)).json();
const { get } = await library.tiers(load, { url, ttlMs: 300_000, isPatient: true });

async function call(key) {
  const start = performance.now();
  const value = await get(key).then(
    (read) => dataOf(library)(read)?.key,
    (error) => String(error),
  );
  return { ms: performance.now() - start, value };
}

async function answer({ key, at }) {
  await delay(at - Date.now());
  return { answers: await Promise.all(Array.from({ length: callers }, () => call(key))) };
}

process.on('message', (question) => void answer(question).then((told) => process.send(told)));
process.once('disconnect', () => process.exit());
process.send('ready');
