// What is compared: each makes a call that takes a key. Calls that return a promise are awaited by the measuring loop;
// what others return is eaten, or V8 would not make it.
import { LRUCache } from 'lru-cache';
import { readerOf, sampleRows, serviceOf } from './rig.mjs';

const maxAgeMs = 300_000;
const rows = sampleRows();
/** Twenty phases of the sample, and the keys of everything else. */
export const phases = [...new Set(rows.phases.map((row) => row.phase))].slice(0, 20);
/** What each key holds. */
export const values = new Map(phases.map((phase) => [phase, rows.phases.find((row) => row.phase === phase)]));

/** A call whose target changes is not inlined: what it is given has to exist, as for a caller elsewhere. */
const eaters = [(result) => result === 0, (result) => result === 1];
let eaten = 0;
export const eat = (result) => eaters[eaten++ & 1](result);

/** The least that an async read with metadata can be: look up, read the clock, tell age and staleness. */
export function handWrittenOver(entries) {
  return async (key) => {
    const entry = entries.get(key);
    if (entry === undefined) throw new Error('It was never stored');
    const age = Date.now() - entry.storedAt;
    return { data: entry.value, isStale: age >= maxAgeMs, age };
  };
}

export async function handWritten() {
  return handWrittenOver(new Map([...values].map(([key, value]) => [key, { value, storedAt: Date.now() }])));
}

export async function readerGet() {
  const { reader } = await readerOf(values);
  return (key) => reader.get(key);
}

export async function readerPeek() {
  const { reader } = await readerOf(values);
  return (key) => eat(reader.peek(key));
}

/** @param ask asks a ModelConfigService for the model of a phase, as a pipeline's node would */
export const models = (ask) => async () => {
  const { service } = await serviceOf(rows);
  const { meta } = await ask(service, 'stage_4');
  if (meta.reason !== 'fresh') throw new Error(`The answer is ${meta.reason}`);
  return (phase) => ask(service, phase);
};

async function failTimes(reader, key, failures) {
  for (let i = 0; i < failures; i++) await reader.refresh(key).catch(() => undefined);
}

/** Stale in the revalidate band, its refresh hanging or, after a dozen failures, left alone for half a minute. */
export const staleGet = (reason) => async () => {
  const fails = reason === 'backing-off';
  const { reader } = await readerOf(values, {
    followed: false,
    policy: { maxAgeMs: 0, staleWhileRevalidateMs: null, hardTimeoutMs: 600_000 },
    load: () => (fails ? Promise.reject(new Error('The origin is dead')) : new Promise(() => undefined)),
  });
  for (const [key, value] of values) {
    reader.cache.set(key, value);
    if (fails) await failTimes(reader, key, 12);
    const read = await reader.get(key);
    if (read.reason !== reason || read.band !== 'revalidate') throw new Error(`${read.band}, ${read.reason}`);
  }
  return (key) => reader.get(key);
};

export async function lruAndClock() {
  const cache = new LRUCache({ max: 1_000 });
  for (const [key, value] of values) cache.set(key, value);
  const read = { data: undefined, at: 0 };
  return (key) => {
    read.data = cache.get(key);
    read.at = Date.now();
    eat(read);
  };
}
