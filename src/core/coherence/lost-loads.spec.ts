import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges, confirm, foldWatermarks, leaveHistory } from './apply-reply.js';
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

  it('is stale where its epoch is met again, and it is of another change than the one there (CO-10)', () => {
    receive(reply(1, ['a'], at(1, 'x')));
    stream.commit(leaveHistory(stream.state, 'e2', 0));
    expect(receive(reply(1, ['b', 'b'], at(2, 'x', 'e2')))).toBe('adopt');
    store(at(1, 'c', 'e2'));
    expect(isStale()).toBe(true);
  });

  it('is stale where its log was trimmed up to its version, which another change has now (CO-10)', () => {
    store(at(1));
    expect(receive(reply(1, ['b', 'b'], at(2, 'x')), new Map())).toBe('changes');
    stream.commit(leaveHistory(stream.state, 'e1', 0));
    receive({ ...reply(2, ['b'], at(2, 'x')), trimmedTo: 1 });
    expect(isStale()).toBe(true);
  });
});

describe('the change ids that are remembered', () => {
  it('are those of the last thousand versions', () => {
    const scopes = Array.from({ length: 1_500 }, () => 'a');
    const state = adoptHistory(initialStreamState, reply(1, scopes, at(1_500)), 0);
    expect(state.changeIds.size).toBe(1_000);
    expect([...state.changeIds.keys()][0]).toBe(501);
  });
});
