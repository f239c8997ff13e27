// One of the processes: node.mjs <redis> <origin> <its number>. Told `{ key, at }`, it has its callers ask for the key at
// that moment of the wall clock, and tells how long each of them waited, and what for.
import { setTimeout as delay } from 'node:timers/promises';
import { tieredReader } from '../support/tiered.mjs';
import { callers, policy } from './scenario.mjs';

const [redis, origin, number] = process.argv.slice(2);
const load = async (key) => (await fetch(`${origin}/${key}?by=${number}`)).json();
const { reader, link } = await tieredReader({ url: redis, load, policy });

async function call(key) {
  const start = performance.now();
  const outcome = await reader.get(key).then(
    ({ data, source }) => ({ value: data.key, source }),
    ({ code }) => ({ error: code }),
  );
  return { ms: performance.now() - start, ...outcome };
}

async function answer({ key, at, isUp }) {
  if (isUp !== undefined) {
    while (link.isUp !== isUp) await delay(5);
    process.send({ isUp });
    return;
  }
  await delay(at - Date.now());
  process.send(await Promise.all(Array.from({ length: callers }, () => call(key))));
}

process.on('message', (message) => void answer(message));
process.send('ready');
