// A Redis that is connected and does not answer (SIGSTOP), with an origin that answers at once: the first read that
// needs it waits for its deadline of 50 ms and no longer, the next 1,000 of cold keys for nothing, warm reads not at all;
// once it answers again it is used within 3 s (bars: CA-11). Medians of the rounds. What the machine takes is not ours:
// the first is held against a bare timer, and reads during which the processor was taken away from us do not count.
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../support/built.mjs';
import { duration, median, report } from '../support/figures.mjs';
import { takenAway } from '../support/taken-away.mjs';

const rounds = 5;
const coldKeys = 1_000;
const deadlineMs = 50;
/** What else a first read does, and what a timer may be late by beyond the control's. */
const marginMs = 5;
const maxColdMs = 1;
const maxHealMs = 3_000;

build();
const { startRedis } = await import('../support/redis-server.mjs');
const { tieredReader } = await import('../support/tiered.mjs');

async function msOf(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];

/** Milliseconds of each read that was left alone. */
async function readsOf(reader, keys) {
  const taken = [];
  for (const key of keys) {
    const before = takenAway();
    const ms = await msOf(() => reader.get(key));
    if (takenAway() === before) taken.push(ms);
    // The event loop turns, as it does in a process that serves.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return taken;
}

async function untilUsed({ link }) {
  return msOf(async () => {
    while (!link.isUp) await delay(1);
  });
}

async function round(index, redis, rig) {
  const named = (what) => Array.from({ length: coldKeys }, (_, i) => `${what}:${index}:${i}`);
  const warm = Array.from({ length: coldKeys }, () => 'warm');
  const warmBefore = await readsOf(rig.reader, warm);
  redis.freeze();
  const [firstMs, timerMs, warmMeanwhile] = await Promise.all([
    msOf(() => rig.reader.get(`first:${index}`)),
    msOf(() => delay(deadlineMs)),
    readsOf(rig.reader, warm),
  ]);
  const cold = await readsOf(rig.reader, named('cold'));
  redis.thaw();
  const healMs = await untilUsed(rig);
  return { firstMs, timerMs, warmBefore, warmMeanwhile, cold, healMs };
}

const ms = (value) => duration(value * 1e6);
const both = ([p50, p99]) => `p50 ${ms(p50)}, p99 ${ms(p99)}`;

function rowsOf(results) {
  const of = (figure) => median(results.map(figure));
  const spread = (values) => [0.5, 0.99].map((share) => of((result) => quantile(values(result), share)));
  const cold = spread((each) => each.cold);
  const [before, meanwhile] = [spread((each) => each.warmBefore), spread((each) => each.warmMeanwhile)];
  const [firstMs, timerMs, healMs] = ['firstMs', 'timerMs', 'healMs'].map((name) => of((each) => each[name]));
  return [
    {
      what: 'the first cold read',
      ours: ms(firstMs),
      against: `a bare timer of ${deadlineMs} ms: ${ms(timerMs)}`,
      bar: `≤ the timer + ${marginMs} ms`,
      ok: firstMs <= timerMs + marginMs,
      value: firstMs,
    },
    {
      what: `the next ${coldKeys.toLocaleString('en')} cold reads`,
      ours: both(cold),
      figure: `${of((each) => each.cold.length)} of them left alone`,
      bar: `p99 ≤ ${maxColdMs} ms`,
      ok: cold[1] <= maxColdMs,
      value: cold[1],
    },
    {
      what: 'warm reads while the first one waits',
      ours: both(meanwhile),
      against: `before: ${both(before)}`,
      bar: 'p99 ≤ 1 ms above',
      ok: meanwhile[1] <= before[1] + 1,
      value: meanwhile[1],
    },
    {
      what: 'used again after it answers',
      ours: ms(healMs),
      bar: `≤ ${maxHealMs} ms`,
      ok: healMs <= maxHealMs,
      value: healMs,
    },
  ];
}

const redis = await startRedis();
try {
  const rig = await tieredReader({ url: redis.url, load: (key) => ({ key }) });
  await rig.reader.get('warm');
  const results = [];
  for (let index = 0; index < rounds; index++) results.push(await round(index, redis, rig));
  await rig.stop();
  const rows = rowsOf(results);
  report('hung-redis', rows);
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await redis.stop();
}
