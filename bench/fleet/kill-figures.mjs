import { countBy, spreadOf } from './stats.mjs';

/** What a run of kills comes to, beside what the checker says of it. */
export function figuresOf({ writes, reads }, kills) {
  return {
    kills: kills.length,
    killsDuringWrite: kills.filter(({ duringWrite }) => duringWrite).length,
    backMs: spreadOf(kills.map(({ backMs }) => backMs)),
    killed: kills.map(({ lifetime, backMs }) => `${lifetime}, back in ${backMs} ms`),
    writes: countBy(writes, ({ outcome }) => outcome),
    codes: countBy(
      writes.filter(({ code }) => code !== undefined),
      ({ outcome, code, wasCutOff }) => `${outcome}: ${code}${wasCutOff ? ' of the killed' : ''}`,
    ),
    unforeseen: writes.filter(({ code }) => code === 'internal').length,
    // A maybe that nobody ever saw may have been rolled back, or overwritten before anybody looked.
    maybesSeen: writes.filter(
      ({ outcome, row, value }) =>
        outcome === 'maybe' && reads.some((read) => read.row === row && read.value === value),
    ).length,
    ackMs: spreadOf(
      writes.filter(({ outcome }) => outcome === 'acked').map(({ sentAt, endedAt }) => endedAt - sentAt),
    ),
    reads: reads.length,
    staleReads: reads.filter(({ isStale }) => isStale).length,
    freshBehindMs: spreadOf(behind(writes, reads)),
    readMs: spreadOf(reads.map(({ sentAt, endedAt }) => endedAt - sentAt)),
  };
}

/** How long ago the oldest edit was acknowledged that an answer, called fresh, does not show yet. */
function behind(writes, reads) {
  const acked = writes.filter(({ outcome }) => outcome === 'acked').toSorted((a, b) => a.version - b.version);
  const fresh = reads.filter(({ failure, isStale }) => failure === undefined && !isStale);
  let next = 0;
  return fresh
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, sentAt }) => {
      while (next < acked.length && acked[next].version <= version) next += 1;
      return next < acked.length ? Math.max(0, sentAt - acked[next].endedAt) : 0;
    });
}
