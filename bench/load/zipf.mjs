import { readFileSync } from 'node:fs';
import { seededRandom } from '../fleet/stats.mjs';
import { startOverhead } from '../fleet/overhead.mjs';
import { askAll, askAtRate, Asker, isHit, isServed } from './load.mjs';
import { bodyOf, zipf } from './profiles.mjs';

const profiles = 10_000;
const exponent = 1.1;
const connections = 100;
const perSecond = 1_000;
/** What so many requests would have left behind is made before anything is measured. */
const warmUpDraws = { full: 40_000, smoke: 2_000 };
const hitRateBar = 0.9;
const p95BarMs = 10;

const rank = (sorted, share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const ms = (value) => `${value.toFixed(1)} ms`;
const spread = (values) => {
  const sorted = values.toSorted((one, other) => one - other);
  return { p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), p99: rank(sorted, 0.99) };
};

/** Many profiles, few of which are asked for often: the hit rate, and what a hit takes. */
export async function zipfMix({ url, fleet, headers, calls }, { seconds, seed, isSmoke }) {
  const draw = zipf(profiles, exponent, seededRandom(seed));
  const asker = new Asker({ url, headers, connections });
  try {
    const warm = new Set(Array.from({ length: warmUpDraws[isSmoke ? 'smoke' : 'full'] }, draw));
    const warmed = await askAll(asker, [...warm].map(bodyOf), 32);
    // Compiles what answers, and is measured by nobody.
    await askAtRate(asker, () => bodyOf(draw()), { perSecond, seconds: isSmoke ? 1 : 3 });
    calls();
    const overhead = startOverhead();
    const before = cpuSeconds(fleet.members[0].pid);
    const { answers, late } = await askAtRate(asker, () => bodyOf(draw()), { perSecond, seconds });
    const machine = overhead();
    const cpu = cpuSeconds(fleet.members[0].pid) - before;
    return rowsOf({ warmed, answers, late, machine, cpu, made: calls(), isSmoke });
  } finally {
    asker.close();
  }
}

/** CPU time of a process, user and system, in seconds (Linux; elsewhere not a number). */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

function rowsOf({ warmed, answers, late, machine, cpu, made, isSmoke }) {
  const hits = answers.filter(isHit);
  const misses = answers.filter((answer) => isServed(answer) && !isHit(answer));
  const failed = [...warmed, ...answers].filter((answer) => !isServed(answer));
  const hitRate = hits.length / answers.length;
  const ofHits = spread(hits.map((answer) => answer.ms));
  const ofMisses = spread(misses.map((answer) => answer.ms));
  const what = `${profiles.toLocaleString('en')} profiles, Zipf ${exponent}, ${perSecond.toLocaleString('en')} a second over ${connections} connections`;
  return [
    {
      what: `${what}: hit rate`,
      ours: percent(hitRate),
      figure: `${hits.length} hits, ${misses.length} misses, ${made.count} model calls; ${warmed.length} made before`,
      bar: `≥ ${percent(hitRateBar)}`,
      // Few were made before a short run.
      ok: isSmoke ? null : hitRate >= hitRateBar,
      value: hitRate,
    },
    {
      what: 'a hit from the moment that it was due, p95',
      ours: ms(ofHits.p95),
      figure: `p50 ${ms(ofHits.p50)}, p99 ${ms(ofHits.p99)}; misses p50 ${ms(ofMisses.p50)}; sent late p99 ${ms(spread(late).p99)}; the server's CPU ${((cpu / answers.length) * 1e6).toFixed(0)} µs a request; ${machine.busyCores} of ${machine.cores} cores busy, waited for ${machine.cpuPressure}`,
      bar: `≤ ${p95BarMs} ms`,
      ok: ofHits.p95 <= p95BarMs,
      isOfTheMachine: true,
      value: ofHits.p95,
    },
    {
      what: 'model calls for what was missing',
      ours: `${made.count} for ${made.texts} profiles`,
      bar: 'one for each',
      ok: made.count === made.texts,
      value: made.count,
    },
    failedRow(failed, answers.length + warmed.length),
  ];
}

export const failedRow = (failed, of) => ({
  what: 'requests that failed, or were given the text that stands in',
  ours: `${failed.length} of ${of}`,
  figure: [...new Set(failed.map(({ status, isFallback }) => (isFallback ? 'fallback' : status)))].join(', '),
  bar: '0',
  ok: failed.length === 0,
  value: failed.length,
});
