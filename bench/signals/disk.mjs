// A disk of its own of 512 MiB, through which 20,000 large objects are written while 200 reads a second go on, and which
// is then cleaned of what has expired, in slices between which it is read all the same. Bars: never more bytes in use than
// the limit once a write has settled; what survives is what was used last; no read waits for the cleaning.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../support/built.mjs';
import { duration, report } from '../support/figures.mjs';

const maxBytes = 512 * 1_048_576;
const objects = 20_000;
const atOnce = 8;
const readsPerSecond = 200;
const sliceMs = 1_000;
const leastSlices = 6;
/** Of the file's own rule: a read moves an entry forward in the order of use at most once a minute. */
const touchAfterMs = 60_000;
const favourites = Array.from({ length: 200 }, (_, at) => `key:${at}`);
const [brief, long] = [1_800_000, 86_400_000];
const slowMs = 10;

build();
const { DiskTier } = await import('../../dist/src/adapters/disk/disk-tier.js');
const { SystemClock } = await import('../../dist/src/adapters/system/system-clock.js');

/** The machine's time, some of which may be left out. */
class SkippingClock extends SystemClock {
  skipped = 0;
  now() {
    return super.now() + this.skipped;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lastgood-signals-disk-'));
const clock = new SkippingClock();
const failures = [];
const tier = new DiskTier({
  folder,
  clock,
  report: (event) => {
    if (event.type === 'tier-failed' || event.type === 'entry-corrupt') failures.push(event);
  },
  maxBytes,
  cleanEveryMs: null,
  overwritesDeleted: false,
});

const keyOf = (at) => `key:${at}`;
const isBrief = (at) => at % 2 === 1;
/** 48 to 96 KiB that nothing makes smaller than 36. */
function entryOf(at) {
  const text = randomBytes((48 + (at % 49)) * 768).toString('base64');
  const now = clock.now();
  const asOf = { epoch: 'e', version: at, changeId: 'c' };
  const facts = { absent: false, message: null, scopes: [], maxAgeMs: null, schema: 1, left: [] };
  return { ...facts, value: text, asOf, confirmedAt: now, storedAt: now };
}

/** Reads at an even pace until it is told to stop; each counts for the phase in which it began. */
class Readers {
  phase = 'fill';
  times = new Map();
  newest = 0;
  isOver = false;
  rejected = 0;

  async run() {
    const startedAt = performance.now();
    const reads = [];
    for (let at = 0; !this.isOver; at++) {
      const waitMs = startedAt + (at * 1_000) / readsPerSecond - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      reads.push(this.read());
    }
    await Promise.all(reads);
  }

  async read() {
    const { phase } = this;
    const key = keyOf(10 * Math.floor(Math.max(0, this.newest - Math.random() * 3_000) / 10));
    const sentAt = performance.now();
    await tier.get('n', key).catch(() => this.rejected++);
    if (!this.times.has(phase)) this.times.set(phase, []);
    this.times.get(phase).push(performance.now() - sentAt);
  }

  figures(phase) {
    const times = (this.times.get(phase) ?? []).toSorted((a, b) => a - b);
    const at = (share) =>
      duration((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 1e6);
    const slow = times.filter((ms) => ms > slowMs).length;
    return {
      text: `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}, ${slow} of ${times.length} > 10 ms`,
      slow,
      all: times.length,
    };
  }
}

await tier.start();
const readers = new Readers();
const reading = readers.run();
let mostOver = Number.NEGATIVE_INFINITY;
let next = 0;
const filledFrom = performance.now();

async function writer() {
  while (next < objects) {
    const at = next++;
    await tier.set('n', keyOf(at), entryOf(at), {
      ttlMs: isBrief(at) ? brief : long,
      maxBytes: null,
      pinned: false,
      currentFrom: 0,
    });
    mostOver = Math.max(mostOver, tier.usedBytes - maxBytes);
    readers.newest = Math.max(readers.newest, at);
    if (at % 1_000 === 999) {
      clock.skipped += touchAfterMs;
      for (const key of favourites) await tier.get('n', key);
    }
  }
}
await Promise.all(Array.from({ length: atOnce }, writer));
const fillSeconds = (performance.now() - filledFrom) / 1_000;
readers.phase = 'rest';
await sleep(500);

const held = [];
for (let at = 0; at < objects; at++) held.push((await tier.get('n', keyOf(at))) !== null);
const unread = Array.from({ length: objects }, (_, at) => at).filter(
  (at) => at >= favourites.length && at % 10 !== 0,
);
const firstHeld = unread.find((at) => held[at]);
// Those written side by side are in no order among themselves.
const outOfOrder = unread.filter((at) => at > firstHeld + 2 * atOnce && !held[at]).length;
const keptFavourites = favourites.filter((_, at) => held[at]).length;

clock.skipped += brief;
const cleanings = [];
for (let slice = 0; slice < leastSlices || !cleanings.at(-1).isComplete; slice++) {
  readers.phase = 'alone';
  await sleep(sliceMs);
  readers.phase = 'cleaning';
  const cleaned = await tier.clean(sliceMs);
  cleanings.push(cleaned);
}
readers.isOver = true;
await reading;
const { entries } = await tier.usage('n');
const overAfter = tier.usedBytes - maxBytes;
await tier.close();
rmSync(folder, { recursive: true, force: true });

const expired = cleanings.reduce((sum, each) => sum + each.expired, 0);
const [fill, alone, cleaning] = ['fill', 'alone', 'cleaning'].map((phase) => readers.figures(phase));
const rows = [
  {
    what: `${objects} objects of 48 to 96 KiB through 512 MiB`,
    ours: `${(objects / fillSeconds).toFixed(0)} a second`,
  },
  {
    what: 'bytes over the limit when a write has settled, at most',
    figure: String(Math.max(0, mostOver, overAfter)),
    bar: '0',
    ok: mostOver <= 0 && overAfter <= 0,
  },
  {
    what: 'entries gone that were used later than one that is there; favourites kept',
    figure: `${outOfOrder}; ${keptFavourites} of ${favourites.length}`,
    bar: '0; all',
    ok: outOfOrder === 0 && keptFavourites === favourites.length,
  },
  { what: 'reads while it is filled', ours: fill.text },
  { what: 'reads alone / with cleaning, in turns', ours: cleaning.text, against: alone.text },
  {
    what: 'reads that take more than 10 ms, with cleaning against alone',
    figure: `${cleaning.slow} of ${cleaning.all} against ${alone.slow} of ${alone.all}`,
    bar: 'no more (share)',
    ok: cleaning.slow / Math.max(1, cleaning.all) <= alone.slow / Math.max(1, alone.all) + 0.005,
  },
  {
    what: 'cleaned in slices of a second',
    figure: `${expired} expired in ${cleanings.length} slices, ${cleanings.reduce((sum, each) => sum + each.ms, 0)} ms; ${entries} left`,
    ok: cleanings.at(-1).isComplete,
  },
  {
    what: 'failures of the tier, reads refused',
    figure: `${failures.length}, ${readers.rejected}`,
    bar: '0, 0',
    ok: failures.length === 0 && readers.rejected === 0,
  },
];
report('signals-disk', rows);
