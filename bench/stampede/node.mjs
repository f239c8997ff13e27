// One of the processes: node.mjs <redis> <origin> <patient, or not> <its number>. Told `{ key, at }`, it has its callers ask for the key at
// that moment of the wall clock, and tells how long each of them waited, and what for.
import { setTimeout as delay } from 'node:timers/promises';
import { tieredReader } from '../support/tiered.mjs';
import { callers, policy } from './scenario.mjs';

const [redis, origin, patience, number] = process.argv.slice(2);
const load = async (key) => (await fetch(`${origin}/${key}?by=${number}`)).json();
let isGivenUp = false;
const { reader, link } = await tieredReader({
  url: redis,
  load,
  policy,
  isPatient: patience === 'patient',
  report: ({ type }) => {
    isGivenUp ||= type === 'tier-failed';
  },
});

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
    return { isUp };
  }
  await delay(at - Date.now());
  isGivenUp = false;
  const answers = await Promise.all(Array.from({ length: callers }, () => call(key)));
  return { answers, isGivenUp };
}

process.on('message', (question) => void answer(question).then((told) => process.send(told)));
process.send('ready');
