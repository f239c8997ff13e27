import * as fc from 'fast-check';
import {
  adoptHistory,
  applyChanges,
  confirm,
  foldWatermarks,
  loseLineage,
  maxScopes,
} from './apply-reply.js';
import type { Change, PollReply } from './change-feed.js';
import {
  initialStreamState,
  isProvenCurrent,
  supersession,
  wholeStream,
  type StreamState,
} from './stream-state.js';

const at = (version: number) => ({ epoch: 'e1', version, changeId: `c${version}` });
const change = (version: number, scope: string): Change => ({ ...at(version), kind: 'changed', scope });
const reply = (version: number, changes: Change[], overrides: Partial<PollReply> = {}): PollReply => ({
  ...at(version),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes,
  more: false,
  inRecovery: false,
  ...overrides,
});
const start = adoptHistory(initialStreamState, reply(0, []), 0);
const marksOf = ({ watermarks }: StreamState) =>
  Object.fromEntries([...watermarks].map(([scope, mark]) => [scope, mark.changed]));
const appliedOf = (state: StreamState) => ({
  applied: state.applied,
  marks: marksOf(state),
  floor: state.floor,
});

describe('applyChanges (CO-6, CO-8)', () => {
  it('keeps the highest version of each scope, and of the whole stream', () => {
    const state = applyChanges(start, reply(3, [change(1, 'a'), change(2, 'b'), change(3, 'a')]), 10);
    expect(appliedOf(state)).toEqual({
      applied: { version: 3, changeId: 'c3' },
      marks: { a: 3, b: 2, [wholeStream]: 3 },
      floor: 0,
    });
  });

  it('remembers when a scope was touched, and until when its values were known to be current', () => {
    const confirmed = confirm(start, 7);
    const state = applyChanges(confirmed, reply(3, [change(3, 'a')]), 10);
    expect(state.watermarks.get('a')).toEqual({
      changed: 3,
      at: 10,
      confirmedBefore: 7,
      appliedBefore: 0,
      raisedFrom: 0,
    });
  });

  it('knows a value by its change id that was read at a lost version of a number that is applied since', () => {
    const lost = { ...at(3), changeId: 'lost' };
    const state = applyChanges(start, reply(4, [change(2, 'a'), change(3, 'b'), change(4, 'b')]), 10);
    expect(isProvenCurrent(state, lost, ['a'])).toBe(false);
    expect(isProvenCurrent(state, at(3), ['a'])).toBe(true);
    // Nobody can tell as long as that number is not reached.
    expect(isProvenCurrent(applyChanges(start, reply(2, [change(2, 'a')]), 10), lost, ['a'])).toBe(true);
  });

  it('remembers the last thousand change ids and no more', () => {
    const changes = Array.from({ length: 1_500 }, (_, i) => change(i + 1, 'a'));
    const { changeIds } = applyChanges(start, reply(1_500, changes), 10);
    expect([changeIds.size, changeIds.get(1_500), changeIds.get(500)]).toEqual([1_000, 'c1500', undefined]);
  });

  it('takes no value for confirmed that was read beyond what the poll saw', () => {
    const ahead = at(3);
    const confirmed = confirm(applyChanges(start, reply(2, []), 5), 7);
    const superseded = applyChanges(confirmed, reply(4, [change(4, 'a')]), 10);
    const lost = loseLineage(confirmed, 'e1', 'went-back', 10);
    for (const state of [superseded, lost]) {
      expect(supersession(state, at(2), ['a'])).toEqual({ at: 10, confirmedBefore: 7 });
      expect(supersession(state, ahead, ['a'])).toEqual({
        at: 10,
        confirmedBefore: Number.NEGATIVE_INFINITY,
      });
    }
  });

  it('leaves what it remembers of a scope alone where its change is told again', () => {
    const before = applyChanges(confirm(start, 7), reply(3, [change(3, 'a')]), 10);
    const after = applyChanges(before, reply(4, [change(3, 'a'), change(4, 'b')]), 20);
    expect(after.watermarks.get('a')).toEqual(before.watermarks.get('a'));
  });

  it('keeps the highest purge of a scope, in whatever order they are told (CO-13)', () => {
    const purges = [change(3, 'a'), change(2, 'a')].map((each): Change => ({ ...each, kind: 'purged' }));
    const state = applyChanges(start, reply(3, purges), 10);
    expect(state.purges.get('a')).toMatchObject({ epoch: 'e1', version: 3 });
  });

  it('changes nothing it was given', () => {
    const before = structuredClone(start);
    applyChanges(start, reply(3, [change(3, 'a')]), 10);
    expect(start).toEqual(before);
  });

  it('keeps the very marks where nothing was touched, so that no entry is checked anew (CO-16)', () => {
    const state = applyChanges(start, reply(3, [change(3, 'a')]), 10);
    expect(applyChanges(state, reply(3, []), 20).watermarks).toBe(state.watermarks);
    expect(applyChanges(state, reply(4, []), 20)).toMatchObject({ applied: { version: 4 } });
  });

  it('goes as far as a reply that was cut short goes', () => {
    const state = applyChanges(start, reply(90, [change(1, 'a'), change(2, 'b')], { more: true }), 10);
    expect(state.applied).toEqual({ version: 2, changeId: 'c2' });
    expect(applyChanges(state, reply(90, [], { more: true }), 20).applied).toEqual(state.applied);
  });

  const history = fc.array(fc.subarray(['a', 'b', 'c'], { minLength: 1 }), { minLength: 1, maxLength: 8 });

  it('does not mind duplicates and disorder: any replies that together hold all of it end in the same marks', () => {
    const deliveries = fc.array(fc.record({ after: fc.nat(8), upTo: fc.nat(8), seed: fc.nat() }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(history, deliveries, (scopes, plan) => {
        const log = scopes.flatMap((each, i) => each.map((scope) => change(i + 1, scope)));
        const last = scopes.length;
        const part = (after: number, upTo: number) =>
          log.filter(({ version }) => version > after && version <= upTo);
        const whole = applyChanges(start, reply(last, log), 5);
        const state = plan.reduce((applied, { after, upTo, seed }) => {
          const until = Math.min(upTo, last);
          // What lies before `applied` may be asked for again; a reply never leaves a gap behind it.
          const from = Math.min(after, applied.applied.version);
          const rows = [...part(from, until), ...part(from, until)];
          return applyChanges(applied, reply(until, shuffle(rows, seed)), 5);
        }, start);
        const caughtUp = applyChanges(state, reply(last, part(state.applied.version, last)), 5);
        expect(appliedOf(caughtUp)).toEqual(appliedOf(whole));
      }),
    );
  });

  it('never lowers a mark, and never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ version: fc.nat(9), scope: fc.constantFrom('a', 'b') })), (rows) => {
        let state = start;
        for (const { version, scope } of rows) {
          const next = applyChanges(state, reply(version, [change(version, scope)]), 1);
          expect(next.applied.version).toBeGreaterThanOrEqual(state.applied.version);
          expect(next.watermarks.get(scope)?.changed ?? 0).toBeGreaterThanOrEqual(
            state.watermarks.get(scope)?.changed ?? 0,
          );
          state = next;
        }
      }),
    );
  });

  it('folds too many scopes into the floor: nothing older is proven, nothing newer is doubted (CO-8)', () => {
    const before = confirm(applyChanges(start, reply(1, [change(1, 'early')]), 3), 4);
    const many = Array.from({ length: maxScopes }, (_, i) => change(2, `scope-${i}`));
    const state = foldWatermarks(applyChanges(before, reply(2, many), 5), 5);
    expect(appliedOf(state)).toEqual({ applied: { version: 2, changeId: 'c2' }, marks: {}, floor: 2 });
    expect(isProvenCurrent(state, at(1), ['untouched'])).toBe(false);
    expect(isProvenCurrent(state, at(2), ['scope-1'])).toBe(true);
    // As if its maxAge ended now, and with the earlier moment where it was superseded before.
    expect(supersession(state, at(1), ['untouched'])).toEqual({ at: 5, confirmedBefore: 4 });
    expect(supersession(state, at(0), ['early'])).toMatchObject({ at: 3 });
  });
});

describe('adoptHistory (CO-10)', () => {
  const given = [change(4, 'a'), change(5, 'b')];

  it('starts from the log: what it does not hold begins behind it (mutant: floor 0 after a trim)', () => {
    const state = adoptHistory(initialStreamState, reply(5, given, { trimmedTo: 3 }), 10);
    expect(appliedOf(state)).toEqual({
      applied: { version: 5, changeId: 'c5' },
      marks: { a: 4, b: 5, [wholeStream]: 5 },
      floor: 4,
    });
    expect(isProvenCurrent(state, at(4), ['c'])).toBe(true);
  });

  it('does not prove what was read where the log begins: the change there may be another one', () => {
    const state = adoptHistory(initialStreamState, reply(5, given, { trimmedTo: 3 }), 10);
    expect(isProvenCurrent(state, at(3), ['c'])).toBe(false);
  });

  it('proves what was read at the very end of a log that is empty, and what was read before anything changed', () => {
    const emptied = adoptHistory(initialStreamState, reply(5, [], { trimmedTo: 5 }), 10);
    expect(isProvenCurrent(emptied, at(5), ['c'])).toBe(true);
    expect(isProvenCurrent(emptied, { ...at(5), changeId: 'lost' }, ['c'])).toBe(false);
    expect(isProvenCurrent(start, at(0), ['c'])).toBe(true);
  });

  it('goes as far as a reply that was cut short goes', () => {
    const state = adoptHistory(initialStreamState, reply(9, given, { trimmedTo: 3, more: true }), 10);
    expect(state.applied).toEqual({ version: 5, changeId: 'c5' });
  });

  it('remembers when the history before ended, be the new log too long to keep', () => {
    const log = Array.from({ length: maxScopes + 1 }, (_, i) => change(2, `scope-${i}`));
    for (const rows of [[], log]) {
      const state = adoptHistory(confirm(start, 7), reply(2, rows, { epoch: 'e2' }), 10);
      expect(supersession(state, at(0), ['a'])).toEqual({ at: 10, confirmedBefore: 7 });
    }
  });

  it('confirms nothing by itself', () => {
    const state = adoptHistory(confirm(start, 7), reply(5, [], { epoch: 'e2' }), 10);
    expect(state.confirmedThrough).toBe(Number.NEGATIVE_INFINITY);
  });

  it('forgets what was lost, and not which epochs it left', () => {
    const state = adoptHistory(loseLineage(start, 'e1', 'went-back', 5), reply(5, [], { epoch: 'e2' }), 10);
    expect(state).toMatchObject({ epoch: 'e2', lost: null, abandoned: new Set(['e1']) });
  });
});

describe('confirm (CO-7)', () => {
  it('moves forward only', () => {
    const later = confirm(start, 100);
    expect(later.confirmedThrough).toBe(100);
    expect(confirm(later, 99)).toBe(later);
  });
});

describe('loseLineage (CO-10)', () => {
  it('leaves nothing proven, and drops nothing', () => {
    const held = applyChanges(start, reply(3, [change(3, 'a')]), 1);
    const state = loseLineage(held, 'e1', 'other-change', 10);
    expect(isProvenCurrent(state, at(3), [])).toBe(false);
    expect(state).toMatchObject({ epoch: null, lost: { epoch: 'e1', gap: 'other-change' } });
    expect(state.watermarks).toBe(held.watermarks);
  });
});

const shuffle = <T>(rows: T[], seed: number): T[] =>
  rows
    .map((row, i) => ({ row, rank: ((i + 1) * 7919 * (seed + 1)) % 104_729 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ row }) => row);
