import type { AsOf } from './as-of.js';
import type { PollReply } from './change-feed.js';
import { classifyReply } from './classify-reply.js';
import { initialStreamState, type StreamState } from './stream-state.js';

const at = (version: number, changeId = `c${version}`): AsOf => ({ epoch: 'e1', version, changeId });

/** A process that has applied change c5 of epoch e1. */
const state: StreamState = { ...initialStreamState, epoch: 'e1', applied: { version: 5, changeId: 'c5' } };
const boot = initialStreamState;

const reply = (overrides: Partial<PollReply> = {}): PollReply => ({
  ...at(5),
  trimmedTo: 0,
  changeIdAtApplied: 'c5',
  changes: [],
  more: false,
  inRecovery: false,
  ...overrides,
});
const newer = (overrides: Partial<PollReply> = {}) =>
  reply({
    ...at(7),
    changes: [
      { ...at(6), kind: 'changed', scope: 'a' },
      { ...at(7), kind: 'changed', scope: 'a' },
    ],
    ...overrides,
  });
const lost = (epoch: string): StreamState => ({
  ...state,
  epoch: null,
  lost: { epoch, gap: 'other-change' },
  abandoned: new Set([epoch]),
});

const table: [string, StreamState, PollReply, AsOf | null, string][] = [
  ['nothing new', state, reply(), null, 'confirmed'],
  [
    'nothing new, the log trimmed whole',
    state,
    reply({ changeIdAtApplied: null, trimmedTo: 5 }),
    null,
    'confirmed',
  ],
  ['new changes', state, newer(), null, 'changes'],
  ['new changes, the log trimmed before what was applied', state, newer({ trimmedTo: 4 }), null, 'changes'],
  ['a boot', boot, newer({ changeIdAtApplied: null }), null, 'adopt null'],
  ['a boot on an empty log', boot, reply({ ...at(0), changeIdAtApplied: null }), null, 'adopt null'],
  ['another epoch', state, newer({ epoch: 'e2' }), null, 'adopt other-epoch'],
  ['another epoch at the same version', state, reply({ epoch: 'e2' }), null, 'adopt other-epoch'],
  ['another epoch at an older version', state, reply({ ...at(1), epoch: 'e2' }), null, 'adopt other-epoch'],
  ['an older version', state, reply({ ...at(4), changeIdAtApplied: null }), null, 'lost went-back'],
  ['another change at the same version', state, reply(at(5, 'x5')), null, 'lost other-change'],
  ['another change where ours was', state, newer({ changeIdAtApplied: 'x5' }), null, 'lost other-change'],
  [
    'the row of what was applied trimmed',
    state,
    newer({ changeIdAtApplied: null, trimmedTo: 5 }),
    null,
    'adopt trimmed',
  ],
  ['rows beyond it trimmed', state, newer({ changeIdAtApplied: null, trimmedTo: 6 }), null, 'adopt trimmed'],
  [
    'its row gone, though the log was not trimmed that far',
    state,
    newer({ changeIdAtApplied: null }),
    null,
    'adopt trimmed',
  ],
  [
    'the first change after version 0, which has no row',
    { ...state, applied: { version: 0, changeId: 'c0' } },
    newer({ changeIdAtApplied: null }),
    null,
    'changes',
  ],
  [
    'more of the log after the starting point of a boot, which has no row',
    { ...state, applied: { version: 5, changeId: null } },
    newer({ changeIdAtApplied: null, trimmedTo: 5 }),
    null,
    'changes',
  ],
  ['a standby, whatever it says', state, newer({ epoch: 'e2', inRecovery: true }), null, 'ignored'],
  ['a standby that lags', state, reply({ ...at(4), inRecovery: true }), at(5), 'ignored'],
  ['a standby at a boot', boot, reply({ inRecovery: true }), null, 'ignored'],
  ['the lost epoch, once more', lost('e1'), reply(), null, 'lost other-change'],
  ['the lost epoch, and its version is right again', lost('e1'), newer(), null, 'lost other-change'],
  ['another epoch after a loss', lost('e1'), reply({ epoch: 'e2' }), null, 'adopt null'],
  [
    'an epoch that was left',
    { ...state, abandoned: new Set(['e0']) },
    reply({ epoch: 'e0' }),
    null,
    'lost went-back',
  ],
  ['a value seen at what is confirmed', state, reply(), at(5), 'confirmed'],
  ['a value seen ahead, and the reply has that change', state, newer(), at(6), 'changes'],
  ['a value seen ahead, and the reply ends with that change', state, newer(), at(7), 'changes'],
  ['a value seen ahead that the reply does not reach', state, newer(), at(8), 'lost went-back'],
  ['a value seen ahead of an unchanged counter', state, reply(), at(6), 'lost went-back'],
  ['a value seen at another change in the middle', state, newer(), at(6, 'x6'), 'lost other-change'],
  ['a value seen at another change at the end', state, newer(), at(7, 'x7'), 'lost other-change'],
  ['a value seen in another epoch', state, newer(), { ...at(9), epoch: 'e2' }, 'changes'],
  [
    'a value seen beyond a reply that was cut short',
    state,
    newer({ ...at(90), more: true }),
    at(80),
    'changes',
  ],
  ['a value from disk ahead of the database, at a boot', boot, reply(), at(6), 'lost went-back'],
  ['a value from disk of another change, at a boot', boot, reply(), at(5, 'x5'), 'lost other-change'],
  [
    'a value from disk that the log knows, at a boot',
    boot,
    newer({ changeIdAtApplied: null }),
    at(6),
    'adopt null',
  ],
];

describe('classifyReply (CO-7, CO-10)', () => {
  it.each(table)('%s', (_, given, answer, seen, expected) => {
    const verdict = classifyReply(given, answer, seen);
    expect('gap' in verdict ? `${verdict.kind} ${verdict.gap}` : verdict.kind).toBe(expected);
  });
});
