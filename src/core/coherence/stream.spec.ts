import { adoptHistory, applyChanges, confirm, loseLineage } from './apply-reply.js';
import type { PollReply } from './change-feed.js';
import { Stream } from './stream.js';

const at = (version: number, epoch = 'e1') => ({ epoch, version, changeId: `c${version}` });
const reply = (version: number, scopes: string[], epoch = 'e1'): PollReply => ({
  ...at(version, epoch),
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes: scopes.map((scope) => ({ ...at(version), kind: 'changed', scope })),
  more: false,
  inRecovery: false,
});

describe('Stream', () => {
  let stream: Stream;

  const raised = (change: () => void) => {
    const before = stream.generation;
    change();
    return stream.generation - before;
  };

  beforeEach(() => {
    stream = new Stream('config');
    stream.commit(adoptHistory(stream.state, reply(5, ['a']), 10));
  });

  it('proves nothing before a first answer (CO-12)', () => {
    const cold = new Stream('config');
    expect(cold.isCold).toBe(true);
    expect(cold.isProvenCurrent(at(5), [])).toBe(false);
    expect(cold.confirmedThrough).toBe(Number.NEGATIVE_INFINITY);
    expect(stream.isCold).toBe(false);
  });

  it.each([
    [5, ['a'], true],
    [4, ['a'], false],
    [6, ['a'], true],
    [0, ['b'], true],
    [4, ['b', 'a'], false],
    [0, [], true],
    [4, ['*'], false],
    [5, ['*'], true],
  ])('a value read at version %p of scopes %p: proven current is %p (CO-8)', (version, scopes, expected) => {
    expect(stream.isProvenCurrent(at(version), scopes)).toBe(expected);
  });

  it('proves nothing of another epoch, however high its version (CO-10)', () => {
    expect(stream.isProvenCurrent(at(99, 'e2'), [])).toBe(false);
  });

  describe('raises its generation', () => {
    it('not when it is confirmed: that is one number, and no entry is looked at (CO-7, CO-16)', () => {
      expect(raised(() => stream.commit(confirm(stream.state, 500)))).toBe(0);
      expect(stream.confirmedThrough).toBe(500);
    });

    it('not when a version touched no scope', () => {
      expect(raised(() => stream.commit(applyChanges(stream.state, reply(6, []), 20)))).toBe(0);
      expect(stream.state.applied.version).toBe(6);
    });

    it('when a change is applied, a lineage is lost, and another is adopted', () => {
      expect(raised(() => stream.commit(applyChanges(stream.state, reply(6, ['b']), 20)))).toBe(1);
      expect(raised(() => stream.commit(loseLineage(stream.state, 'e1', 'went-back', 30)))).toBe(1);
      expect(raised(() => stream.commit(adoptHistory(stream.state, reply(5, [], 'e2'), 40)))).toBe(1);
    });

    it('when the same epoch goes on behind a trimmed log, though no scope is known to be touched', () => {
      const trimmed = { ...reply(9, []), trimmedTo: 8 };
      expect(raised(() => stream.commit(adoptHistory(stream.state, trimmed, 20)))).toBe(1);
      expect(stream.isProvenCurrent(at(5), ['b'])).toBe(false);
    });
  });

  describe('tells when a value was superseded', () => {
    it('by the first change that touched any of its scopes', () => {
      stream.commit(confirm(stream.state, 15));
      stream.commit(applyChanges(stream.state, reply(6, ['b']), 20));
      stream.commit(confirm(stream.state, 25));
      stream.commit(applyChanges(stream.state, reply(7, ['a']), 30));
      expect(stream.supersession(at(5), ['a', 'b'])).toMatchObject({ at: 20, confirmedBefore: 15 });
      expect(stream.supersession(at(5), ['a'])).toMatchObject({ at: 30, confirmedBefore: 25 });
      expect(stream.supersession(at(6), ['a', 'b'])).toMatchObject({ at: 30 });
    });

    it('and admits that it cannot where a scope was touched twice, or where it never knew the history', () => {
      stream.commit(applyChanges(stream.state, reply(6, ['a']), 20));
      stream.commit(applyChanges(stream.state, reply(7, ['a']), 30));
      expect(stream.supersession(at(5), ['a'])).toBeNull();
      expect(stream.supersession(at(6), ['a'])).toMatchObject({ at: 30 });
      expect(stream.supersession(at(5, 'e0'), ['a'])).toBeNull();
    });
  });

  describe('remembers the highest point a value was read at (CO-10)', () => {
    it('in each epoch, be it one that is not adopted yet', () => {
      stream.saw(at(5));
      stream.saw(at(7));
      stream.saw(at(6));
      stream.saw(at(99, 'e2'));
      expect([...stream.seen.values()]).toEqual([at(7), at(99, 'e2')]);
    });

    it('and forgets those of the epochs that were left', () => {
      stream.saw(at(7));
      stream.saw(at(1, 'e2'));
      stream.commit(adoptHistory(stream.state, reply(1, [], 'e2'), 20));
      stream.saw(at(8));
      expect([...stream.seen.values()]).toEqual([at(1, 'e2')]);
    });
  });
});
