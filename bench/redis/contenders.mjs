// Ways to a value that is in Redis and not in memory, over one client. Each takes a key; `wave` asks for many at once.
import { setTimeout as delay } from 'node:timers/promises';
import { tieredReader } from '../support/tiered.mjs';
import { valueOf } from '../support/value.mjs';

export const keys = Array.from({ length: 512 }, (_, i) => `book:${i}:chapter:3`);

/** More than any value here has. */
const maxBytes = 262_144;

/** The rig, its Redis holding `keys`, each a value of `bytes` of JSON: as an envelope, and bare for who reads raw. */
export async function filledRig(url, bytes) {
  const rig = await tieredReader({ url, load: (key) => valueOf(key, bytes), isPatient: true });
  for (const key of keys) {
    await rig.reader.get(key);
    await rig.client.set(`raw:${key}`, JSON.stringify(valueOf(key, bytes)));
  }
  // One stays: a map that is emptied of its last entry is cleared whole.
  await rig.reader.get('one that stays');
  await delay(200);
  for (const key of keys) rig.cache.delete(key);
  const { source, reason } = await rig.reader.get(keys[0]);
  if (source !== 'redis' || reason !== 'fresh') throw new Error(`A hit is ${reason}, from ${source}`);
  rig.cache.delete(keys[0]);
  return rig;
}

/** `tidy` runs after each wave: memory is empty when the next one begins. */
export const contenders = {
  raw: ({ client }) => ({ ask: async (key) => JSON.parse(await client.get(`raw:${key}`)) }),
  getrange: ({ client }) => ({ ask: (key) => client.getrangeBuffer(`raw:${key}`, 0, maxBytes) }),
  tier: ({ tier, namespace }) => ({ ask: (key) => tier.get(namespace, key) }),
  reader: ({ reader, cache }) => ({ ask: (key) => reader.get(key), tidy: (key) => cache.delete(key) }),
};

/** So many reads at once, of one key after the other. */
export function waveOf({ ask, tidy }, concurrency) {
  let at = 0;
  return async () => {
    const asked = Array.from({ length: concurrency }, () => keys[at++ % keys.length]);
    await Promise.all(asked.map(ask));
    if (tidy) for (const key of asked) tidy(key);
  };
}
