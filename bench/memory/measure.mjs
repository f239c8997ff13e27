// One kind of entries in a process of its own, so that the heap is only its own: node --expose-gc measure.mjs <what>.
import { LruEntryMap } from '../../dist/src/adapters/memory/lru-entry-map.js';
import { SystemClock } from '../../dist/src/adapters/system/system-clock.js';
import { StaleWhileRevalidateCache, Stream } from '../../dist/src/core/index.js';
import { valueOf } from '../support/value.mjs';

const [what] = process.argv.slice(2);
const entries = 100_000;
/** The default of a namespace. */
const maxBytes = 67_108_864;
const policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};

/** Flat, as a key is that was read from a request. */
const keyOf = (i) => Buffer.from(`book:${i}:chapter:3`).toString('latin1');
/** As it comes from Redis or an origin; no two share anything but the names of their fields. */
const parsed = (i) => JSON.parse(JSON.stringify(valueOf(i, 1_024)));
const textOf = (i) => Buffer.alloc(1_024, `A text of number ${i}. `).toString('latin1');

const cacheOver = (map) =>
  new StaleWhileRevalidateCache({
    clock: new SystemClock(),
    policy,
    namespace: 'bench',
    stream: new Stream('bench'),
    confirmedBy: 'load',
    ...(map && { entries: map }),
  });

function collected() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage();
}

/** Bytes of heap for each of so many entries, of which `value` makes the value; with what the map itself takes. */
function perEntry(makeMap, value, asOfOf = (cache) => cache.asOfNow()) {
  // So that what all of them share is there already.
  cacheOver().set('first', value(entries));
  const before = collected().heapUsed;
  const map = makeMap();
  const cache = cacheOver(map);
  for (let i = 0; i < entries; i++) cache.set(keyOf(i), value(i), { asOf: asOfOf(cache, i) });
  const bytes = (collected().heapUsed - before) / entries;
  if (cache.size < entries) throw new Error('Entries were evicted');
  return { bytes, estimated: map?.bytes / entries };
}

const noMap = () => undefined;
const room = () => new LruEntryMap({ maxEntries: entries, maxBytes: 1e12 });

/** A million keys into a map of this size: what it keeps, and what the process takes of the machine. */
function flood(maxEntries) {
  const map = new LruEntryMap({ maxEntries, maxBytes });
  const cache = cacheOver(map);
  const before = collected();
  let peak = 0;
  for (let i = 0; i < 1_000_000; i++) {
    cache.set(keyOf(i), parsed(i), { asOf: cache.asOfNow() });
    if (i % 1_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  const after = collected();
  return {
    maxBytes,
    kept: cache.size,
    heapBytes: after.heapUsed - before.heapUsed,
    rssBytes: after.rss - before.rss,
    peakBytes: peak - before.rss,
  };
}

/** What an entry takes besides its value and its key, which counts as the map itself counts it. */
function bare(asOfOf) {
  const { bytes } = perEntry(room, () => null, asOfOf);
  return { bytes: bytes - 2 * keyOf(entries / 2).length };
}

const kinds = {
  json: () => perEntry(noMap, parsed),
  boundedJson: () => perEntry(room, parsed),
  text: () => perEntry(noMap, textOf),
  boundedText: () => perEntry(room, textOf),
  bare: () => bare(),
  bareOfItsOwn: () => bare((_, version) => ({ epoch: 'e', version, changeId: 'c' })),
  flood: () => flood(entries),
  /** The same garbage, and nothing kept of it. */
  churn: () => flood(1),
};
process.send(kinds[what](), () => process.exit());
