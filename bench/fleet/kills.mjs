// Two writers, a reader of every process, and somebody who kills one process after the other with SIGKILL; now and then
// a writer's session in the database is ended too, so that living processes have to say what became of the write.
import { setTimeout as delay } from 'node:timers/promises';
import { rows } from './database.mjs';
import { Editor } from './editor.mjs';
import { readRow } from './http.mjs';
import { figuresOf } from './kill-figures.mjs';
import { startOverhead } from './overhead.mjs';
import { settle } from './settle.mjs';
import { between, pick } from './stats.mjs';

const writers = 2;
const writerPauseMs = [60, 180];
const readerPauseMs = 5;
const betweenKillsMs = [300, 1_500];
/** After a write was sent to the victim: a kill is most dangerous between its commit and its answer. */
const afterWriteMs = [0, 40];
const waitForWriteMs = 500;
const betweenSeveringMs = [100, 600];

export async function survive({ fleet, database, random, edits }) {
  const log = { initial: await database.state(), writes: [], reads: [] };
  const { reads } = log;
  const state = { fleet, database, random, reads, left: edits, isOver: false, onSent: () => undefined };
  const kills = [];
  const overhead = startOverhead();
  const reading = fleet.members.map((member) => readAll(state, member));
  const disturbing = Promise.all([killAtRandom(state, kills), severAtRandom(state)]);
  const editor = new Editor(database, log.writes);
  await Promise.all(Array.from({ length: writers }, () => write(state, editor)));
  state.isOver = true;
  const [, severed] = await disturbing;
  const { final, settledMs } = await settle(fleet, database);
  const measuring = overhead();
  await Promise.all(reading);
  return { log: { ...log, final }, figures: { settledMs, ...figuresOf(log, kills), severed, measuring } };
}

/** Until an attempt is acknowledged: what was refused, or is in doubt, is looked at anew and tried again. */
async function write(state, editor) {
  while (state.left > 0) {
    state.left -= 1;
    const row = pick(state.random, rows);
    for (let outcome = ''; outcome !== 'acked';) {
      outcome = await attempt(state, editor, row);
      if (outcome !== 'acked') await delay(10);
    }
    await delay(between(state.random, writerPauseMs));
  }
}

/** Looked up in one process and sent to another one, as behind a balancer. */
async function attempt(state, editor, row) {
  const asked = pick(state.random, state.fleet.up);
  const { lifetime } = asked;
  const held = await editor.look(asked, row);
  if (held.failure !== undefined) {
    if (asked.lives(lifetime)) state.reads.push({ process: lifetime, row, failure: held.failure });
    return 'not sent';
  }
  const target = pick(state.random, state.fleet.up);
  return (await editor.put(target, row, held, () => state.onSent(target.name))).outcome;
}

/** A read that its own process's end cut off is no failure; any other one is. */
async function readAll(state, member) {
  for (let turn = 0; !state.isOver; turn++) {
    if (member.isUp) {
      const { lifetime } = member;
      const read = await readRow(member, rows[turn % rows.length], state.database.headers);
      if (read.failure === undefined || member.lives(lifetime)) state.reads.push(read);
    }
    await delay(readerPauseMs);
  }
}

async function killAtRandom(state, kills) {
  while (!state.isOver) {
    await delay(between(state.random, betweenKillsMs));
    const victim = pick(state.random, state.fleet.members);
    const sent = new Promise((resolve) => (state.onSent = (name) => name === victim.name && resolve(true)));
    const duringWrite = await Promise.race([sent, delay(waitForWriteMs, false)]);
    await delay(between(state.random, afterWriteMs));
    if (state.isOver) return;
    const { lifetime } = victim;
    await victim.end('SIGKILL');
    const killedAt = performance.now();
    await victim.start();
    kills.push({ lifetime, duringWrite, backMs: Math.round(performance.now() - killedAt) });
  }
}

async function severAtRandom(state) {
  let severed = 0;
  while (!state.isOver) {
    await delay(between(state.random, betweenSeveringMs));
    severed += await state.database.severWriter();
  }
  return severed;
}
