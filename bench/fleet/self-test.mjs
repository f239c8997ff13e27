// The checker is believed because it complains: a good log, and one log for everything that can go wrong in it.
import assert from 'node:assert/strict';

const acked = (row, value, version, rowVersion, ifMatch, more = {}) => ({
  row,
  value,
  version,
  rowVersion,
  ifMatch,
  outcome: 'acked',
  via: 'A#1',
  sentAt: version * 10,
  endedAt: version * 10 + 5,
  served: true,
  ...more,
});
const read = (process, row, value, version, rowVersion, more = {}) => ({
  process,
  row,
  value,
  version,
  rowVersion,
  isStale: false,
  sentAt: version * 10 + 6,
  endedAt: version * 10 + 7,
  ...more,
});

/** p: 1, then 11 at version 2, 12 in doubt (it was committed, as version 3), 13 at version 4. q: 2, then 21 at 5. */
function goodLog() {
  const answers = { p: read('A#1', 'p', 13, 5, 113), q: read('A#1', 'q', 21, 5, 121) };
  return {
    initial: { p: { value: 1, rowVersion: 100 }, q: { value: 2, rowVersion: 101 } },
    writes: [
      acked('p', 11, 2, 111, 100),
      { row: 'p', value: 12, ifMatch: 111, outcome: 'maybe', via: 'B#1', sentAt: 30, endedAt: 35 },
      { row: 'p', value: 14, ifMatch: 111, outcome: 'refused', via: 'B#1', sentAt: 36, endedAt: 37 },
      acked('p', 13, 4, 113, 112),
      acked('q', 21, 5, 121, undefined, { via: 'sql', served: undefined }),
    ],
    reads: [
      read('A#1', 'p', 1, 1, 100),
      read('B#1', 'p', 11, 2, 111),
      read('B#1', 'p', 12, 3, 112, { sentAt: 46 }),
      read('A#1', 'p', 13, 4, 113),
      read('B#1', 'p', 11, 2, 111, { isStale: true }),
      read('A#1', 'q', 21, 5, 121),
      read('B#2', 'q', 2, 4, 101),
    ],
    final: {
      version: 5,
      database: { p: { value: 13, rowVersion: 113 }, q: { value: 21, rowVersion: 121 } },
      processes: { 'A#1': answers, 'B#2': structuredClone(answers) },
    },
  };
}

/** What was done to the good log, and the faults to be found. */
const bad = {
  'the database lost the last write': [
    (log) => (log.final.database.q = { value: 2, rowVersion: 101 }),
    ['lost', 'not-newest'],
  ],
  'the row ended as a write that was refused': [
    (log) => (log.final.database.p = { value: 14, rowVersion: 114 }),
    ['lost', 'not-newest'],
  ],
  'the row ended as what was in doubt before the last write': [
    (log) => (log.final.database.p = { value: 12, rowVersion: 112 }),
    ['lost', 'not-newest'],
  ],
  'a value under the ETag of another': [
    (log) => (log.final.database.p = { value: 12, rowVersion: 113 }),
    ['lost', 'not-newest'],
  ],
  'a write went over another one unseen': [(log) => (log.writes[3].ifMatch = 100), ['lost-update']],
  'two writes got one version': [(log) => (log.writes[4].version = 4), ['version-twice', 'wrong-content']],
  'a process served an older version as fresh': [(log) => (log.reads[4].isStale = false), ['went-back']],
  'a process served an old value under a new version': [
    (log) => (log.reads[3] = read('A#1', 'p', 11, 4, 111)),
    ['wrong-content'],
  ],
  'a process served a value before its version': [
    (log) => (log.reads[6] = read('B#2', 'q', 21, 4, 121)),
    ['wrong-content'],
  ],
  'a stale answer holds what was never written': [(log) => (log.reads[4].value = 99), ['wrong-content']],
  'a process served what it had called served no longer': [
    (log) => log.reads.splice(3, 0, read('A#1', 'p', 12, 3, 112, { sentAt: 46 })),
    ['not-served-as-told'],
  ],
  'a read failed': [(log) => log.reads.push({ process: 'A#1', failure: '503' }), ['read-failed']],
  'a process ended behind': [
    (log) => (log.final.processes['B#2'].q = read('B#2', 'q', 2, 4, 101)),
    ['not-newest'],
  ],
  'a process ended at an older version': [
    (log) => (log.final.processes['A#1'].p.version = 4),
    ['not-newest'],
  ],
  'a process ended stale': [(log) => (log.final.processes['A#1'].p.isStale = true), ['not-newest']],
  'a process gave no final answer': [(log) => delete log.final.processes['A#1'].p, ['not-newest']],
};

/** @throws when the checker is content with a bad log, or is not with the good one */
export function selfTest(checkLog) {
  assert.deepEqual(checkLog(goodLog()), [], 'the good log');
  for (const [name, [spoil, kinds]] of Object.entries(bad)) {
    const log = goodLog();
    spoil(log);
    const found = checkLog(log).map(({ kind }) => kind);
    assert.deepEqual(new Set(found), new Set(kinds), name);
  }
  return `the checker accepts the good log and complains of ${Object.keys(bad).length} bad ones`;
}
