// How long after an edit the processes it was not made through serve it.
import { setTimeout as delay } from 'node:timers/promises';
import { rows } from './database.mjs';
import { Editor } from './editor.mjs';
import { latencies, Observer } from './observer.mjs';
import { startOverhead } from './overhead.mjs';
import { settle } from './settle.mjs';
import { between, countBy, pick, spreadOf } from './stats.mjs';

/** Edits that come first and are judged, but not timed with the others: they find nothing compiled. */
const warmUp = 30;

/** Edits, one after the other at random distances, through the first process, and a share of them by plain SQL. */
export async function measureSpread({ fleet, database, random, edits, sqlShare, gapMs }) {
  const [first, ...others] = fleet.members;
  const initial = await database.state();
  const log = { initial, writes: [] };
  const editor = new Editor(database, log.writes);
  const wanted = { version: await database.version(), row: rows[0], overAt: Number.POSITIVE_INFINITY };
  const overhead = startOverhead();
  const observers = others.map((member) => new Observer(member, wanted, database.headers));
  const held = {};
  for (const row of rows) held[row] = await editor.look(first, row);
  for (let edit = 0; edit < warmUp + edits; edit++) {
    const row = pick(random, rows);
    wanted.row = row;
    wanted.version = Number.POSITIVE_INFINITY;
    const isSql = random() < sqlShare;
    const write = await (isSql ? editor.sql(row) : editor.put(first, row, held[row]));
    if (write.outcome !== 'acked') throw new Error(`An edit was not taken: ${JSON.stringify(write)}`);
    held[row] = { ...held[row], ifMatch: write.rowVersion };
    wanted.version = write.version;
    await delay(between(random, gapMs));
  }
  wanted.overAt = performance.now();
  await Promise.all(observers.map((observer) => observer.done()));
  const cost = { ...overhead(), reads: observers.reduce((sum, { reads }) => sum + reads.length, 0) };
  const { final, settledMs } = await settle(fleet, database);
  const reads = observers.flatMap((each) => each.reads);
  return {
    log: { ...log, reads, final },
    figures: {
      edits: countBy(log.writes.slice(warmUp), ({ via }) => (via === 'sql' ? 'sql' : 'put')),
      ...latencies(observers, log.writes.slice(warmUp), database.heardAt),
      warmUp: latencies(observers, log.writes.slice(0, warmUp), database.heardAt).fromCommit,
      settledMs,
      measuring: {
        ...cost,
        pitchMs: spreadOf(observers.flatMap(({ pitches }) => pitches)),
        readMs: spreadOf(reads.map(({ sentAt, endedAt }) => endedAt - sentAt)),
      },
    },
  };
}
