// What memory entries take: the heap of each at 100,000, its value a text of 1 KB (bar: CA-14) or as much JSON; how far
// the bounded map's estimates are true; and what a process grows by that is given a million distinct keys, for a map of
// the default size (bar: CA-11), against one that makes as much garbage and keeps none of it.
import { build } from '../support/built.mjs';
import { report, times } from '../support/figures.mjs';
import { forked } from '../support/forked.mjs';

const maxBytesPerEntry = 1_300;
const maxOverCap = 1.2;

const script = new URL('measure.mjs', import.meta.url);
const measured = (what) => forked(script, [what], ['--expose-gc']);
const bytes = (value) => `${value.toFixed(0)} B`;
/** As LruEntryMap takes it. */
const entryBytes = 250;
const megabytes = (value) => `${(value / 1e6).toFixed(0)} MB`;

function entryRow(what, { bytes: each, estimated }, isBarred) {
  return {
    what,
    ours: bytes(each),
    ...(estimated && { against: `estimated ${bytes(estimated)}`, figure: times(estimated / each) }),
    bar: isBarred ? `≤ ${bytes(maxBytesPerEntry)}` : '',
    ok: isBarred ? each <= maxBytesPerEntry : null,
    value: each,
  };
}

function floodRow(what, kept, { maxBytes }, figure) {
  const ratio = kept / maxBytes;
  return {
    what: `1,000,000 keys: ${what}`,
    ours: megabytes(kept),
    against: `the cap of ${megabytes(maxBytes)}`,
    figure: `${times(ratio)}${figure ? `; ${figure}` : ''}`,
    bar: `≤ ${times(maxOverCap)}`,
    ok: ratio <= maxOverCap,
    value: ratio,
  };
}

build();
const rows = [
  entryRow('an entry of 1 KB of text, in a Map', await measured('text'), true),
  entryRow('an entry of 1 KB of text, in a bounded map', await measured('boundedText'), true),
  entryRow('an entry of 1 KB of JSON, in a Map', await measured('json'), false),
  entryRow('an entry of 1 KB of JSON, in a bounded map', await measured('boundedJson'), false),
];
for (const [kind, where] of Object.entries({ bare: 'one point', bareOfItsOwn: 'points of their own' })) {
  const { bytes: each } = await measured(kind);
  const what = `an entry besides its key and value, all read at ${where}`;
  rows.push({
    what,
    ours: bytes(each),
    against: `taken for ${bytes(entryBytes)}`,
    figure: times(entryBytes / each),
  });
}
const [flood, churn] = [await measured('flood'), await measured('churn')];
const kept = `${flood.kept.toLocaleString('en')} kept`;
rows.push(floodRow('heap', flood.heapBytes, flood, kept));
rows.push(floodRow('resident, above who keeps none', flood.rssBytes - churn.rssBytes, flood));
const peak = flood.peakBytes - churn.peakBytes;
rows.push({
  what: '1,000,000 keys: resident at most meanwhile',
  ours: megabytes(peak),
  figure: times(peak / flood.maxBytes),
});
report('memory', rows);
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
