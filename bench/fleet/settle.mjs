import { setTimeout as delay } from 'node:timers/promises';
import { rows } from './database.mjs';
import { readRow } from './http.mjs';

const giveUpAfterMs = 30_000;

/** Waits until every process serves the newest version as fresh, and takes down how everything ended. */
export async function settle(fleet, database) {
  const from = performance.now();
  await database.writersAreDone();
  const version = await database.version();
  let settledMs = null;
  while (settledMs === null && performance.now() - from < giveUpAfterMs) {
    const answers = await Promise.all(fleet.members.map((each) => readRow(each, rows[0], database.headers)));
    const isNewest = answers.every((each) => !each.isStale && each.version === version);
    if (isNewest) settledMs = Math.round(performance.now() - from);
    else await delay(5);
  }
  const processes = {};
  for (const member of fleet.members) {
    processes[member.lifetime] = {};
    for (const row of rows) processes[member.lifetime][row] = await readRow(member, row, database.headers);
  }
  return { settledMs, final: { version, database: await database.state(), processes } };
}
