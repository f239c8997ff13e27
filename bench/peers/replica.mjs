// One of three: replica.mjs <library> <redis>. Sets the value that it is told to, or reads until it sees that value, and
// tells when that was, by the clock that all processes have in common.
import { setImmediate as turn } from 'node:timers/promises';
import { dataOf, libraryOf } from './libraries/index.mjs';

const [name, url] = process.argv.slice(2);
const library = libraryOf(name);
const { get, set } = await library.tiers(async () => ({ edit: 0 }), {
  url,
  ttlMs: 300_000,
  isSpread: true,
});
await get('changing');

const now = () => performance.timeOrigin + performance.now();
const giveUpAfterMs = 5_000;

async function answer({ set: edit, watch }) {
  if (edit !== undefined) {
    await set('changing', { edit });
    return { at: now() };
  }
  const from = now();
  while (dataOf(library)(await get('changing'))?.edit !== watch) {
    if (now() - from > giveUpAfterMs) throw new Error(`${name} does not serve what was set elsewhere`);
    await turn();
  }
  return { at: now() };
}

process.on('message', (message) => void answer(message).then((told) => process.send(told)));
process.once('disconnect', () => process.exit());
process.send('ready');
