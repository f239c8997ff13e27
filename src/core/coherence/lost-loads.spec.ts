import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges, confirm, foldWatermarks } from './apply-reply.js';
import type { AsOf } from './as-of.js';
import type { PollReply } from './change-feed.js';
import { classifyReply } from './classify-reply.js';
import { initialStreamState } from './stream-state.js';
import { Stream } from './stream.js';

/** A change is named by its version and by the history it belongs to. */
const at = (version: number, lineage = 'c', epoch = 'e1'): AsOf => ({
  epoch,
  version,
  changeId: `${lineage}${version}`,
});

/** The log from `first` on, each version a change of the scope that is named. */
const reply = (first: number, scopes: readonly string[], last: AsOf, asked = ''): PollReply => ({
  ...last,
  trimmedTo: 0,
  changeIdAtApplied: asked || null,
  changes: scopes.map((scope, i) => ({
    version: first + i,
    changeId: `${last.changeId[0]}${first + i}`,
    kind: 'changed',
    scope,
  })),
  more: false,
  inRecovery: false,
});

/** Each was the shortest way to serve as fresh what the database had lost, found by the search. */
describe('a value that was read from a history which a fail-over lost', () => {
  let stream: Stream;
  let cache: StaleWhileRevalidateCache<string>;

  /** What a follower does with a reply, whatever was seen when it was asked for. */
  const receive = (given: PollReply, seen = stream.seen) => {
    const verdict = classifyReply(stream.state, given, seen.get(given.epoch));
    const take = verdict.kind === 'adopt' ? adoptHistory : applyChanges;
    if (verdict.kind !== 'lost') stream.commit(confirm(take(stream.state, given, 0), 0));
    return verdict.kind;
  };
  const store = (asOf: AsOf) => cache.set('key', 'lost', { asOf, scopes: ['a'] });
  const isStale = () => cache.peek('key')!.isStale;

  beforeEach(() => {
    const clock = new VirtualClock();
    stream = new Stream('config');
    cache = new StaleWhileRevalidateCache<string>({
      clock,
      policy: {
        maxAgeMs: 60_000,
        staleWhileRevalidateMs: null,
        staleIfErrorMs: null,
        softTimeoutMs: 0,
        hardTimeoutMs: 1,
        negativeMaxAgeMs: 0,
        jitter: 0,
        invalidatedMaxStaleMs: null,
      },
      stream,
    });
    receive(reply(1, [], at(0)));
  });

  it.each([
    ['at the version of another change', ['b'], 1],
    ['before other changes', ['b', 'b'], 2],
  ])('is stale where its slow load ends %s that was applied meanwhile (CO-10)', (_, scopes, last) => {
    expect(receive(reply(1, scopes, at(last, 'x')))).toBe('changes');
    store(at(1));
    expect(isStale()).toBe(true);
    expect(stream.supersession(at(1), ['a'])).toBeNull();
  });

  it('is stale as soon as its version is applied, though another value was read further ahead (CO-10)', () => {
    store(at(1));
    cache.set('other', 'of the new history', { asOf: at(2, 'x'), scopes: ['b'] });
    expect(isStale()).toBe(false);
    expect(receive(reply(1, ['b', 'b'], at(2, 'x'), 'c0'))).toBe('changes');
    expect(isStale()).toBe(true);
    expect(cache.peek('other')!.isStale).toBe(false);
  });

  it('is stale where its slow load ends after a fold (CO-8, CO-10)', () => {
    receive(reply(1, ['b'], at(1, 'x')));
    stream.commit(foldWatermarks(stream.state, 0));
    store(at(1));
    expect(isStale()).toBe(true);
  });

  it('contradicts the history of an epoch that others raised, before this process has adopted it (CO-10)', () => {
    store(at(2, 'c', 'e2'));
    expect(receive(reply(1, ['a'], at(1, 'c', 'e2')))).toBe('lost');
  });

  it('is stale where its epoch is met again, and it is of another change than the one asked about (CO-10)', () => {
    receive(reply(1, ['a'], at(1, 'x')));
    expect(receive(reply(2, ['b'], at(2, 'x', 'e2'), 'x1'))).toBe('adopt');
    store(at(1, 'c', 'e2'));
    expect(isStale()).toBe(true);
  });
});

describe('a value of an epoch that was adopted later', () => {
  it('is proven only as far as the reply goes back: the poll asked for what lies beyond the history before (CO-8)', () => {
    const held = adoptHistory(initialStreamState, reply(1, ['a'], at(1)), 0);
    // Version 1 of e2 touched `a`, and the poll asked for what is beyond version 1.
    const same = adoptHistory(held, reply(2, [], at(1, 'x', 'e2')), 0);
    expect(same).toMatchObject({ floor: 1, applied: { version: 1, changeId: 'x1' } });
    const further = adoptHistory(held, reply(2, ['b'], at(2, 'x', 'e2'), 'x1'), 0);
    expect(further).toMatchObject({ floor: 1, applied: { version: 2, changeId: 'x2' } });
    expect([...further.changeIds]).toEqual([
      [1, 'x1'],
      [2, 'x2'],
    ]);
    const trimmed = { ...reply(6, ['b'], at(6, 'x', 'e2')), trimmedTo: 5 };
    expect(adoptHistory(held, trimmed, 0)).toMatchObject({ floor: 5, applied: { version: 6 } });
  });
});

describe('the change ids that are remembered', () => {
  it('are those of the last thousand versions', () => {
    const scopes = Array.from({ length: 1_500 }, () => 'a');
    const state = adoptHistory(initialStreamState, reply(1, scopes, at(1_500)), 0);
    expect(state.changeIds.size).toBe(1_000);
    expect([...state.changeIds.keys()][0]).toBe(501);
  });

  it('know the version that is taken over behind a trimmed log, be the reply cut short', () => {
    const held = adoptHistory(initialStreamState, reply(1, ['a'], at(1)), 0);
    const cut = { ...reply(9, [], at(9)), trimmedTo: 5, more: true };
    expect(adoptHistory(held, cut, 0).applied).toEqual({ version: 9, changeId: 'c9' });
  });
});
