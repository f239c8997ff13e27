// What an origin is spared. A crowd: 10,000 callers at once of one cold key make one load (CA-6); the time is what it
// takes beyond the origin's own 20 ms. A dead origin: 360 requests over 1.5 s, at that pace, of a value that is stale:
// no error, and at most 5 calls to the origin (CA-14). Exits with 1 where we break either.
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../support/built.mjs';
import { duration, median, report, times } from '../support/figures.mjs';

build();
const { readers } = await import('./readers.mjs');

const rounds = 9;
const callers = 10_000;
const originMs = 20;

/** Milliseconds beyond the origin's own time, and the loads it took. */
async function crowd(make) {
  let loads = 0;
  let tookMs = 0;
  const get = make(async () => {
    loads++;
    const asked = performance.now();
    await delay(originMs);
    tookMs += performance.now() - asked;
    return { some: 'value' };
  }, 60_000);
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: callers }, () => get('cold')));
  const beyondMs = performance.now() - start - tookMs / loads;
  if (answers.some((answer) => answer?.some !== 'value')) throw new Error('Not everybody got the value');
  return { loads, beyondMs };
}

async function crowds() {
  const results = Object.fromEntries(Object.keys(readers).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, make] of Object.entries(readers)) {
      const result = await crowd(make);
      if (round > 0) results[name].push(result);
    }
  }
  return Object.entries(results).map(([name, of]) => {
    const ratio = median(of.map(({ beyondMs }, i) => beyondMs / results.lastgood[i].beyondMs));
    const loads = Math.max(...of.map((result) => result.loads));
    const time = duration(median(of.map(({ beyondMs }) => beyondMs)) * 1e6);
    const what = '10,000 callers of one cold key';
    if (name === 'lastgood') {
      return { what, ours: `${loads} load, ${time}`, bar: '1 load', ok: loads === 1, value: loads };
    }
    return {
      what: `${what}: ${name}`,
      against: `${loads} load, ${time}`,
      figure: times(ratio),
      value: ratio,
    };
  });
}

async function dead([name, make]) {
  const [requests, overMs] = [360, 1_500];
  let calls = 0;
  let alive = true;
  const get = make(async () => {
    calls += alive ? 0 : 1;
    if (!alive) throw new Error('The origin is dead');
    return { some: 'value' };
  }, 1);
  await get('held');
  await delay(20);
  alive = false;
  const start = performance.now();
  const answers = [];
  for (let i = 0; i < requests; i++) {
    await delay(start + (i * overMs) / requests - performance.now());
    answers.push(
      get('held').then(
        (answer) => answer?.some === 'value',
        () => false,
      ),
    );
  }
  const errors = (await Promise.all(answers)).filter((answered) => !answered).length;
  return { name, errors, calls, seconds: (performance.now() - start) / 1_000 };
}

async function deadOrigins() {
  const results = await Promise.all(Object.entries(readers).map(dead));
  return results.map(({ name, errors, calls, seconds }) => {
    const told = `${errors} errors, ${calls} calls`;
    const what = `dead origin, 360 reads in ${seconds.toFixed(1)} s`;
    return name === 'lastgood'
      ? { what, ours: told, bar: '0 errors, ≤ 5 calls', ok: errors === 0 && calls <= 5, value: calls }
      : { what: `${what}: ${name}`, against: told, value: calls };
  });
}

const rows = [...(await crowds()), ...(await deadOrigins())];
report('loads', rows);
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
