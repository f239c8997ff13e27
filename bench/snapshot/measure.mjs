// One size, in a process of its own so that the heap is only its own: node --expose-gc measure.mjs <url>.
import { StatementPool } from '../../dist/src/adapters/postgres/statement-pool.js';
import { Entry } from '../../dist/src/core/index.js';
import { buildSnapshot } from '../../dist/src/features/model-config/snapshot/build-snapshot.js';
import {
  configStream,
  rowsOf,
  SnapshotRepository,
} from '../../dist/src/features/model-config/snapshot/snapshot.repository.js';
import { allRows } from '../../dist/src/features/model-config/snapshot/snapshot.sql.js';
import { validateConfig } from '../../dist/src/features/model-config/validation/validate-config.js';
import { StreamReader } from '../../dist/src/platform/database/index.js';
import { query } from './database.mjs';
import { publishMs, readOf } from './service.mjs';

const editOfOneCourse = `
UPDATE lastgood.phase_configs SET temperature = $1 WHERE course_id = 'course-1' AND phase = 'stage_1'`;
const repeats = 7;
const [url] = process.argv.slice(2);
// Longer than in production, where a load has one second: what takes longer is to be measured, not cut off.
const pool = new StatementPool({ url, timeoutMs: 60_000, maxConnections: 1 });
const reader = new StreamReader(pool);
const repository = new SnapshotRepository(reader);
const { signal } = new AbortController();

/** Milliseconds of something done over and over: the fastest, since what others take of the machine is not ours. */
async function milliseconds(work, prepare = () => undefined) {
  const taken = [];
  for (let i = 0; i < repeats; i++) {
    const prepared = prepare();
    globalThis.gc();
    taken.push(await timed(() => work(prepared)));
  }
  return Math.min(...taken);
}

/** What is reachable; another query makes the driver let go of its last answer. */
async function heap() {
  await pool.rows('SELECT 1', []);
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const load = () => repository.load('snapshot', { signal, held: undefined });

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const firstMs = await timed(load);
const empty = await heap();
let loaded = await load();
const heapBytes = (await heap()) - empty;

const loadMs = await milliseconds(load);

/** Where the time of a load goes. What it holds is let go of: a bigger heap makes everything after it slower. */
async function stepsOfLoad() {
  const { asOf, rows } = await reader.read(configStream, allRows, [], signal);
  const text = JSON.stringify(rows);
  return {
    // All of the query's work, and none of its answer: only its length is sent.
    postgres: await milliseconds(() => pool.rows(`SELECT length((${allRows.phases})::text)`, [])),
    answer: await milliseconds(() => reader.read(configStream, allRows, [], signal)),
    parse: await milliseconds(() => JSON.parse(text)),
    validate: await milliseconds(() => validateConfig(rows)),
    // It freezes the rows: each time needs new ones.
    build: await milliseconds(
      (fresh) => buildSnapshot(fresh, asOf),
      () => structuredClone(rows),
    ),
  };
}

/** One row of one course is changed; only that course is loaded, on top of what is held. */
async function reloadMs() {
  const taken = [];
  for (let i = 0; i < repeats; i++) {
    await query(url, editOfOneCourse, [i / 10]);
    const { value, ...facts } = loaded;
    const held = new Entry(value, false, { ...facts, confirmedAt: 0, maxAgeMs: 0 });
    const request = { signal, held, changedScopes: ['course:course-1'] };
    taken.push(
      await timed(async () => {
        loaded = await repository.load('snapshot', request);
      }),
    );
    if (loaded.value.global !== value.global) throw new Error('All of it was loaded');
  }
  return Math.min(...taken);
}

const hasCourses = loaded.value.courses.size > 0;
process.send(
  {
    firstMs,
    loadMs,
    heapBytes,
    jsonBytes: Buffer.byteLength(JSON.stringify(rowsOf(loaded.value))),
    steps: await stepsOfLoad(),
    reloadMs: hasCourses ? await reloadMs() : null,
    read: await readOf(loaded.value),
    publish: await publishMs(url, repeats),
  },
  () => process.exit(),
);
