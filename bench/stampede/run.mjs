// 8 processes × 50 callers ask for one cold key at once, whose origin takes 500 ms, over one Redis: one load in all, and
// nobody waits for longer than three times that. Then with the process killed that loads; and, with the service's own
// deadlines, with a Redis that does not answer and with none: a load in each process at most, and nobody waits for a lock
// (bars: CA-6). Loads are the most of the rounds, times their median. On a machine too busy for Redis to answer within
// 50 ms, processes load alone: so the first two are with longer deadlines, and what becomes of it otherwise is told.
import { build } from '../support/built.mjs';
import { duration, median, report } from '../support/figures.mjs';
import { callers, lockTtlMs, originMs, processes } from './scenario.mjs';

const rounds = 5;

build();
const { startRedis } = await import('../support/redis-server.mjs');
const { Crowd } = await import('./crowd.mjs');
const { SlowOrigin } = await import('./origin.mjs');

const ms = (value) => duration(value * 1e6);
const plural = (count) => `${count} ${count === 1 ? 'load' : 'loads'}`;
let asked = 0;

async function round(crowd, origin) {
  const key = `cold-${asked++}`;
  const told = await crowd.ask(key);
  const answers = told.flatMap((each) => each.answers);
  return {
    calls: origin.callsOf(key),
    lastMs: Math.max(...answers.map((each) => each.ms)),
    answered: answers.filter(({ value }) => value === key).length,
    gaveUp: told.filter(({ isGivenUp }) => isGivenUp).length,
  };
}

/** @param maxLoads how many loads a round may make; null where that is only told */
async function crowded(what, crowd, origin, { maxLoads, maxTimes, before, after }) {
  const results = [];
  for (let i = 0; i < rounds; i++) {
    await before?.();
    results.push(await round(crowd, origin));
    await after?.();
  }
  const most = (figure) => Math.max(...results.map(figure));
  const loads = most(({ calls }) => calls.length);
  const gaveUp = most((each) => each.gaveUp);
  const lastMs = median(results.map((each) => each.lastMs));
  const isAnswered = results.every(({ answered }) => answered === processes * callers);
  const isBarred = maxLoads !== null;
  return {
    what,
    ours: `${plural(loads)}, last answer after ${ms(lastMs)}`,
    against: `the origin's ${ms(originMs)}`,
    figure: `${(lastMs / originMs).toFixed(2)}×${isBarred ? '' : `; Redis too slow for ${gaveUp} of ${processes}`}`,
    bar: isBarred ? `${maxLoads === 1 ? '' : '≤ '}${plural(maxLoads)}, ≤ ${maxTimes}×` : '',
    ok: isBarred ? isAnswered && loads <= maxLoads && lastMs <= maxTimes * originMs : null,
    value: lastMs / originMs,
  };
}

/** Whoever calls the origin first is killed when it is about to answer. */
async function holderKilled(crowd, origin) {
  let killedAt;
  let holder;
  origin.onCall = ({ by }) => {
    if (holder !== undefined) return false;
    holder = by;
    setTimeout(() => {
      killedAt = performance.now();
      void crowd.kill(by);
    }, 0.8 * originMs);
    return true;
  };
  const { calls, answered } = await round(crowd, origin);
  const againMs = (calls[1]?.at ?? Number.POSITIVE_INFINITY) - killedAt;
  const missing = (processes - 1) * callers - answered;
  return {
    what: 'the process that loads is killed',
    ours: `${plural(calls.length - 1)} more, ${ms(againMs)} later`,
    against: `the lock's ${ms(lockTtlMs)}`,
    figure: missing === 0 ? 'everybody else is answered' : `${missing} without an answer`,
    bar: '1 more, ≤ the lock’s time',
    ok: calls.length === 2 && againMs <= lockTtlMs && missing === 0,
    value: againMs,
  };
}

const redis = await startRedis();
const origin = await new SlowOrigin(originMs).start();
const node = new URL('node.mjs', import.meta.url);
/** With deadlines that a busy machine keeps, and with the service's own. */
const [patient, usual] = ['patient', 'usual'].map(
  (patience) => new Crowd(node, [redis.url, origin.url, patience]),
);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void patient.stop().then(() => usual.stop()));
const crowdOf = `${processes} processes × ${callers} callers of one cold key`;
const rows = [];
let isRunning = true;
try {
  await patient.start();
  await patient.whenRedis(true);
  await round(patient, origin);
  rows.push(await crowded(crowdOf, patient, origin, { maxLoads: 1, maxTimes: 3 }));
  rows.push(await holderKilled(patient, origin));
  await patient.stop();
  await usual.start();
  const isUsed = () => usual.whenRedis(true);
  await isUsed();
  await round(usual, origin);
  const own = `${crowdOf}, Redis given 50 ms`;
  rows.push(await crowded(own, usual, origin, { maxLoads: null, before: isUsed }));
  const alone = { maxLoads: processes, maxTimes: 2 };
  const hung = { ...alone, before: () => isUsed().then(redis.freeze), after: redis.thaw };
  rows.push(await crowded('Redis does not answer', usual, origin, hung));
  await redis.stop();
  isRunning = false;
  await usual.whenRedis(false);
  rows.push(await crowded('Redis is not there', usual, origin, alone));
  report('stampede', rows);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  await patient.stop();
  await usual.stop();
  origin.stop();
  if (isRunning) await redis.stop();
}
