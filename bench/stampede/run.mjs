// 8 processes × 50 callers ask for one cold key at once, whose origin takes 500 ms, over one Redis: one load in all, and
// nobody waits for longer than three times that. Then with the process killed that loads; with a Redis that does not
// answer, and with none: a load in each process at most, and nobody waits for a lock (bars: CA-6).
import { build } from '../support/built.mjs';
import { duration, median, report } from '../support/figures.mjs';
import { callers, lockTtlMs, originMs, processes } from './scenario.mjs';

const rounds = 5;
/** What a read may wait for a Redis that does not answer, and what so many processes take of a machine. */
const withoutRedisMs = originMs + 50 + originMs / 2;

build();
const { startRedis } = await import('../support/redis-server.mjs');
const { Crowd } = await import('./crowd.mjs');
const { SlowOrigin } = await import('./origin.mjs');

const ms = (value) => duration(value * 1e6);
const plural = (count) => `${count} ${count === 1 ? 'load' : 'loads'}`;

async function round(crowd, origin, key) {
  const answers = await crowd.ask(key);
  const wrong = answers.filter(({ value }) => value !== key).length;
  return {
    loads: origin.callsOf(key).length,
    lastMs: Math.max(...answers.map((each) => each.ms)),
    wrong,
    answers,
  };
}

async function together(crowd, origin) {
  const results = [];
  for (let i = 0; i < rounds; i++) results.push(await round(crowd, origin, `cold-${i}`));
  const loads = Math.max(...results.map((each) => each.loads));
  const lastMs = median(results.map((each) => each.lastMs));
  const wrong = Math.max(...results.map((each) => each.wrong));
  return {
    what: `${processes} processes × ${callers} callers of one cold key`,
    ours: `${plural(loads)}, last answer after ${ms(lastMs)}`,
    against: `the origin's ${ms(originMs)}`,
    figure: `${(lastMs / originMs).toFixed(2)}×`,
    bar: '1 load, ≤ 3×',
    ok: loads === 1 && lastMs <= 3 * originMs && wrong === 0,
    value: lastMs / originMs,
  };
}

/** Who calls the origin first is killed, and its call never answered. */
async function holderKilled(crowd, origin) {
  let killedAt;
  let holder;
  origin.onCall = ({ by }) => {
    if (holder !== undefined) return false;
    holder = by;
    killedAt = performance.now();
    void crowd.kill(by);
    return true;
  };
  const { loads, wrong, answers } = await round(crowd, origin, 'orphan');
  origin.onCall = () => false;
  const againMs = (origin.callsOf('orphan')[1]?.at ?? Number.POSITIVE_INFINITY) - killedAt;
  await crowd.spawn(holder);
  const isAnswered = wrong === 0 && answers.length === (processes - 1) * callers;
  return {
    what: 'the process that loads is killed',
    ours: `${plural(loads - 1)} more, ${ms(againMs)} later`,
    against: `the lock's ${ms(lockTtlMs)}`,
    figure: isAnswered ? 'everybody else is answered' : `${wrong} without an answer`,
    bar: '1 more, ≤ the lock’s time',
    ok: loads === 2 && againMs <= lockTtlMs && isAnswered,
    value: againMs,
  };
}

async function withoutRedis(what, crowd, origin, key) {
  const { loads, lastMs, wrong } = await round(crowd, origin, key);
  return {
    what,
    ours: `${plural(loads)}, last answer after ${ms(lastMs)}`,
    against: `the origin's ${ms(originMs)}`,
    figure: `${(lastMs / originMs).toFixed(2)}×`,
    bar: `≤ ${processes} loads, ≤ ${withoutRedisMs} ms`,
    ok: loads <= processes && lastMs <= withoutRedisMs && wrong === 0,
    value: lastMs,
  };
}

const redis = await startRedis();
const origin = await new SlowOrigin(originMs).start();
const crowd = new Crowd(redis.url, origin.url);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void crowd.stop());
let isStopped = false;
try {
  await crowd.start();
  await crowd.whenRedis(true);
  await round(crowd, origin, 'warm-up');
  const rows = [await together(crowd, origin), await holderKilled(crowd, origin)];
  await crowd.whenRedis(true);
  redis.freeze();
  rows.push(await withoutRedis('Redis does not answer', crowd, origin, 'hung'));
  redis.thaw();
  await crowd.whenRedis(true);
  await redis.stop();
  isStopped = true;
  await crowd.whenRedis(false);
  rows.push(await withoutRedis('Redis is not there', crowd, origin, 'down'));
  report('stampede', rows);
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await crowd.stop();
  origin.stop();
  if (!isStopped) await redis.stop();
}
