// Judges what a fleet did by the log of it: pure, and ignorant of how the log came about.
//
// initial: { [row]: { value, rowVersion } }
// writes:  { row, value, outcome: 'acked' | 'maybe' | 'refused', sentAt, endedAt, via, ifMatch?, version?, rowVersion?,
//            served? }; no two hold the same value. `version` is the configuration's, `rowVersion` the row's ETag.
// reads:   { process, row, value, rowVersion, version, isStale, sentAt, endedAt } or { process, failure, … }; those of
//            one process, which is one lifetime of it, follow one another.
// final:   { version, database: { [row]: { value, rowVersion } }, processes: { [process]: { [row]: read } } }
//
// Versions of rows come from one sequence, drawn under the lock of the stream: the higher one was committed later.
import { fileURLToPath } from 'node:url';

/** What is wrong with a log: a list of { kind, detail }. */
export function checkLog(log) {
  const acked = log.writes
    .filter(({ outcome }) => outcome === 'acked')
    .toSorted((a, b) => a.version - b.version);
  const maybes = new Set(
    log.writes.filter(({ outcome }) => outcome === 'maybe').map(({ row, value }) => `${row}=${value}`),
  );
  const histories = historiesOf(log.initial, acked);
  return [
    ...checkWrites(histories, acked),
    ...checkReads(log.reads, histories, maybes),
    ...checkServed(log.reads, acked),
    ...checkFinal(log.final, histories, maybes),
  ];
}

const fault = (kind, detail) => ({ kind, detail });
const show = (value) => JSON.stringify(value);

/** Of each row, what it held from which version of the configuration on; what is in doubt is left out. */
function historiesOf(initial, acked) {
  const histories = new Map(
    Object.entries(initial).map(([row, state]) => [row, [{ ...state, version: 0, row }]]),
  );
  for (const write of acked) histories.get(write.row).push(write);
  return histories;
}

/** One transaction, one version; and nobody overwrote what he had not seen. */
function checkWrites(histories, acked) {
  const twice = acked
    .filter((write, at) => at > 0 && write.version === acked[at - 1].version)
    .map((write) => fault('version-twice', `two writes were acknowledged as version ${write.version}`));
  const overwritten = [...histories.values()].flatMap((history) =>
    history
      .filter((write, at) => at > 0 && write.ifMatch !== undefined)
      .flatMap((write) => {
        const before = history[history.indexOf(write) - 1];
        if (write.ifMatch >= before.rowVersion) return [];
        return [fault('lost-update', `${show(write)} overwrote ${show(before)} unseen`)];
      }),
  );
  return [...twice, ...overwritten];
}

/** Is this what the row holds at that version? The last acknowledged value, or a later one that was in doubt. */
function fits({ row, value, rowVersion }, version, histories, maybes) {
  const history = histories.get(row);
  const last = history[history.findLastIndex((state) => state.version <= version)];
  if (rowVersion === last.rowVersion) return value === last.value;
  return rowVersion > last.rowVersion && maybes.has(`${row}=${value}`);
}

function checkReads(reads, histories, maybes) {
  const faults = [];
  const newest = new Map();
  for (const read of reads) {
    if (read.failure !== undefined) {
      faults.push(fault('read-failed', show(read)));
      continue;
    }
    if (!fits(read, read.version, histories, maybes)) faults.push(fault('wrong-content', show(read)));
    if (read.isStale) continue;
    const before = newest.get(read.process) ?? 0;
    if (read.version < before)
      faults.push(fault('went-back', `after version ${before}, as fresh: ${show(read)}`));
    else newest.set(read.process, read.version);
  }
  return faults;
}

/** A process that answered "served" serves that version, or a later one, to whoever asks after the answer. */
function checkServed(reads, acked) {
  const told = acked.filter(({ served }) => served);
  return reads
    .filter(({ failure, isStale }) => failure === undefined && !isStale)
    .flatMap((read) => {
      const write = told.findLast(({ via, endedAt }) => via === read.process && endedAt <= read.sentAt);
      if (write === undefined || read.version >= write.version) return [];
      return [fault('not-served-as-told', `${show(read)} after ${show(write)}`)];
    });
}

function checkFinal({ version, database, processes }, histories, maybes) {
  const lost = Object.entries(database)
    .filter(([row, state]) => !fits({ row, ...state }, Number.POSITIVE_INFINITY, histories, maybes))
    .map(([row, state]) => fault('lost', `${row} ended as ${show(state)}, not as ${show(lastOf(row))}`));
  const behind = Object.entries(processes).flatMap(([name, answers]) =>
    Object.entries(database)
      .filter(([row, { value, rowVersion }]) => {
        const answer = answers[row];
        const isSame = answer?.value === value && answer.rowVersion === rowVersion;
        return !isSame || answer.version !== version || answer.isStale;
      })
      .map(([row]) => fault('not-newest', `${name} ended with ${row} as ${show(answers[row])}`)),
  );
  return [...lost, ...behind];

  function lastOf(row) {
    return histories.get(row).at(-1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { selfTest } = await import('./self-test.mjs');
  console.log(selfTest(checkLog));
}
