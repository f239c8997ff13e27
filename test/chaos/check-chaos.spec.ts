import type { ChaosLog, Read, Write } from './chaos-log.js';
import { checkChaos } from './check-chaos.js';
import type { ViolationKind } from './violation.js';

const epoch = 'e';

/** Read at `at`, by a process that had applied as much as it answers. */
const read = (
  node: string,
  key: string,
  text: string | null,
  version: number,
  at: number,
  more: Partial<Read> = {},
): Read => ({
  node,
  key,
  text,
  version,
  epoch,
  isStale: false,
  ageMs: 0,
  reason: 'fresh',
  source: 'memory',
  applied: version,
  appliedEpoch: epoch,
  sentAt: at,
  endedAt: at + 1,
  ...more,
});
const acked = (key: string, text: string | null, version: number): Write => ({
  key,
  text,
  version,
  outcome: 'acked',
  via: 'A#1',
  sentAt: version * 100,
  endedAt: version * 100 + 5,
});
const failed = (node: string, key: string, at: number, code: string): Read => {
  const { text: _, version: __, isStale: ___, ...rest } = read(node, key, null, 5, at);
  return { ...rest, code };
};

type Draft = { -readonly [Name in keyof ChaosLog]: ChaosLog[Name] } & { reads: Read[]; writes: Write[] };

/** Versions 1 to 7: p a:1, q a:1, p a:2, p a:3 in doubt, a purge of p, an invalidation of all, r is deleted. */
function goodLog(): Draft {
  const last = [
    read('A#1', 'p:1', 'p-3', 4, 900, { applied: 7 }),
    read('A#1', 'q:1', 'q-1', 2, 901, { applied: 7 }),
    read('A#1', 'r:1', null, 7, 902, { applied: 7 }),
  ];
  return {
    seed: 1,
    epoch,
    writes: [
      acked('p:1', 'p-1', 1),
      acked('q:1', 'q-1', 2),
      acked('p:1', 'p-2', 3),
      { key: 'p:1', text: 'p-3', outcome: 'maybe', via: 'B#1', sentAt: 400, endedAt: 450 },
      acked('r:1', null, 7),
      // There was nothing to delete: no change, and the version of the last one.
      acked('x:1', null, 4),
    ],
    history: [
      { key: 'p:1', version: 1, text: 'p-1' },
      { key: 'r:1', version: 1, text: 'r-1' },
      { key: 'q:1', version: 2, text: 'q-1' },
      { key: 'p:1', version: 3, text: 'p-2' },
      { key: 'p:1', version: 4, text: 'p-3' },
      { key: 'r:1', version: 7, text: null },
    ],
    changes: [
      { version: 1, kind: 'changed', scope: 'item:p:1', at: 100 },
      { version: 1, kind: 'changed', scope: 'item:r:1', at: 100 },
      { version: 2, kind: 'changed', scope: 'item:q:1', at: 200 },
      { version: 3, kind: 'changed', scope: 'item:p:1', at: 300 },
      { version: 4, kind: 'changed', scope: 'item:p:1', at: 400 },
      { version: 5, kind: 'purged', scope: '@items^q:', at: 500 },
      { version: 6, kind: 'changed', scope: '@items', at: 600 },
      { version: 7, kind: 'changed', scope: 'item:r:1', at: 700 },
    ],
    reads: [
      read('A#1', 'p:1', 'p-1', 1, 110),
      // Not told of version 3 yet, and honest about when it last looked.
      read('B#1', 'p:1', 'p-1', 1, 350, { ageMs: 60, applied: 2 }),
      read('A#1', 'p:1', 'p-2', 3, 360),
      read('B#1', 'p:1', 'p-1', 1, 370, { isStale: true, applied: 3 }),
      read('A#1', 'p:1', 'p-3', 4, 460),
      read('A#1', 'q:1', 'q-1', 2, 490, { applied: 4 }),
      read('A#1', 'x:1', null, 3, 480, { ageMs: 10, applied: 4 }),
      // A purge took it, and nothing could be loaded.
      failed('A#1', 'q:1', 520, 'unavailable'),
      // A new life begins where the disk left off.
      read('A#2', 'p:1', 'p-2', 3, 800, { isStale: true, applied: 0, appliedEpoch: null }),
    ],
    heals: [{ at: 850, ms: 40 }],
    final: { version: 7, items: { 'p:1': 'p-3', 'q:1': 'q-1', 'r:1': null }, nodes: { 'A#1': last } },
  };
}

const spoilt: [string, (log: Draft) => unknown, ViolationKind[]][] = [
  [
    'an acknowledged write is not in the database’s history',
    (log) => (log.history = log.history.filter(({ version }) => version !== 3)),
    ['write-lost', 'wrong-content', 'wrong-content'],
  ],
  [
    'an acknowledged write stands at another version',
    (log) => log.writes.splice(2, 1, acked('p:1', 'p-2', 4)),
    ['write-lost'],
  ],
  [
    'the last write is gone in the end',
    (log) => (log.final = { ...log.final, items: { ...log.final.items, 'p:1': 'p-2' } }),
    ['write-lost', 'not-converged'],
  ],
  [
    'a write that was refused and done all the same',
    (log) => log.writes.splice(3, 1, { ...log.writes[3]!, outcome: 'refused' }),
    ['refused-yet-done'],
  ],
  [
    'a value that was never written',
    (log) => log.reads.push(read('C#1', 'p:1', 'none', 4, 460)),
    ['wrong-content'],
  ],
  [
    'an old value under a new version',
    (log) => log.reads.push(read('C#1', 'p:1', 'p-1', 4, 460)),
    ['wrong-content'],
  ],
  [
    'a value of a lineage that never was',
    (log) => log.reads.push(read('C#1', 'p:1', 'p-3', 4, 460, { epoch: 'other' })),
    ['other-lineage'],
  ],
  [
    'a fresh value from before a change that the process had applied',
    (log) => log.reads.push(read('C#1', 'p:1', 'p-2', 3, 410, { ageMs: 200, applied: 4 })),
    ['below-watermark'],
  ],
  [
    'a fresh value from before an invalidation that the process had applied',
    (log) => log.reads.push(read('C#1', 'p:1', 'p-3', 4, 610, { applied: 6 })),
    ['below-watermark'],
  ],
  [
    'a value that calls itself confirmed after it was superseded',
    (log) => log.reads.push(read('C#1', 'p:1', 'p-1', 1, 350, { ageMs: 10, applied: 2 })),
    ['false-confirmation'],
  ],
  [
    'a stale value from before a purge that the process had applied',
    (log) => log.reads.push(read('C#1', 'q:1', 'q-1', 2, 510, { isStale: true, applied: 5 })),
    ['purged-served'],
  ],
  [
    'a process that lives and does not answer',
    (log) => log.reads.push(failed('C#1', 'p:1', 500, 'no-answer')),
    ['no-answer'],
  ],
  [
    'a key that was held could not be read',
    (log) => log.reads.push(failed('A#1', 'p:1', 500, 'unavailable')),
    ['warm-read-failed'],
  ],
  [
    'a process answered an older version than before, though stale',
    (log) => log.reads.push(read('A#1', 'p:1', 'p-2', 3, 480, { isStale: true, applied: 4 })),
    ['went-back'],
  ],
  [
    'a process forgot what it had applied',
    (log) => log.reads.push(read('A#1', 'p:1', 'p-3', 4, 480, { applied: 3 })),
    ['applied-went-back'],
  ],
  ['a heal after which they never agreed', (log) => (log.heals = [{ at: 1, ms: null }]), ['not-converged']],
  [
    'a process ended stale',
    (log) => (log.final = ended(log, ({ key }) => (key === 'q:1' ? { isStale: true } : {}))),
    ['not-converged'],
  ],
  [
    'a process ended without the last changes',
    (log) => (log.final = ended(log, ({ key }) => (key === 'r:1' ? { applied: 6 } : {}))),
    ['not-converged'],
  ],
  [
    'a process gave no last answer',
    (log) => (log.final = { ...log.final, nodes: { 'A#1': log.final.nodes['A#1']!.slice(1) } }),
    ['not-converged'],
  ],
];

const ended = ({ final }: Draft, change: (read: Read) => Partial<Read>): ChaosLog['final'] => ({
  ...final,
  nodes: { 'A#1': final.nodes['A#1']!.map((last) => ({ ...last, ...change(last) })) },
});

describe('the checker of chaos (CA-12)', () => {
  it('has nothing to say of a log in which every promise is kept', () => {
    expect(checkChaos(goodLog())).toEqual([]);
  });

  it.each(spoilt)('complains of %s', (_, spoil, kinds) => {
    const log = goodLog();
    spoil(log);
    expect(checkChaos(log).map(({ kind }) => kind)).toEqual(kinds);
  });
});
