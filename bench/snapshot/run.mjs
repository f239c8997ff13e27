// What a configuration of 20, 10,000 and 100,000 phase rows costs, on a real Postgres: a load of all of it, against the
// one second that a load may take; the heap it keeps; a reload of one course; a warm read; publishing one row.
import { build } from '../support/built.mjs';
import { duration, report, times } from '../support/figures.mjs';
import { forked } from '../support/forked.mjs';

const sizes = [20, 10_000, 100_000];
const hardTimeoutMs = 1_000;
const measure = new URL('measure.mjs', import.meta.url);

const measured = (url) => forked(measure, [url], ['--expose-gc']);

const ms = (value) => duration(value * 1e6);
const bytes = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`);

function rowsOf(size, { firstMs, loadMs, heapBytes, jsonBytes, steps, reloadMs, read, publish }) {
  const of = `${size.toLocaleString('en')} rows`;
  const [wait, validate, build_] = [steps.answer - steps.postgres, steps.validate, steps.build];
  const where = `Postgres ${ms(steps.postgres)}, transfer and parse ${ms(wait)} (JSON.parse alone ${ms(steps.parse)}), validate ${ms(validate)}, build ${ms(build_)}`;
  return [
    {
      what: `${of}: load`,
      ours: `${ms(loadMs)} (first ${ms(firstMs)})`,
      figure: where,
      bar: `≤ ${hardTimeoutMs} ms`,
      ok: loadMs <= hardTimeoutMs,
      value: loadMs,
    },
    {
      what: `${of}: heap kept`,
      ours: bytes(heapBytes),
      against: `${bytes(jsonBytes)} as JSON`,
      figure: times(heapBytes / jsonBytes),
      value: heapBytes,
    },
    ...(reloadMs === null
      ? []
      : [{ what: `${of}: reload of one course`, ours: ms(reloadMs), against: `load ${ms(loadMs)}` }]),
    {
      what: `${of}: getModelForPhase(phase, { courseId })`,
      ours: duration(read.ns),
      against: `hand-written async get over as many ${duration(read.floorNs)}`,
      figure: times(read.ratio),
      value: read.ratio,
    },
    {
      what: `${of}: publish one row`,
      ours: publish.refused ?? ms(publish.ms),
      figure: publish.refused ? 'does not start' : `${publish.served} of ${publish.repeats} served at once`,
    },
  ];
}

build();
const { databaseOf, startPostgres } = await import('./database.mjs');
const postgres = await startPostgres();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void postgres.stop().finally(() => process.exit(1)));
}
try {
  const rows = [];
  for (const size of sizes) rows.push(...rowsOf(size, await measured(await databaseOf(postgres.url, size))));
  report('snapshot', rows);
} finally {
  await postgres.stop();
}
