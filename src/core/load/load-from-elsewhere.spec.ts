import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, applyChanges, confirm } from '../coherence/apply-reply.js';
import type { PollReply } from '../coherence/change-feed.js';
import { Stream } from '../coherence/stream.js';
import { Reader } from './reader.js';

const reply = (version: number): PollReply => ({
  epoch: 'e1',
  version,
  changeId: `c${version}`,
  trimmedTo: 0,
  changeIdAtApplied: null,
  changes: [{ version, changeId: `c${version}`, kind: 'changed', scope: 'a' }],
  more: false,
  inRecovery: false,
});

describe('a load from an origin that cannot tell the point it reads at', () => {
  it('is as of what was applied before it began: a change meanwhile makes it stale (CO-4)', async () => {
    const clock = new VirtualClock();
    const stream = new Stream('prompts');
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      stream,
      confirmedBy: 'load',
      policy: {
        maxAgeMs: 60_000,
        staleWhileRevalidateMs: null,
        staleIfErrorMs: null,
        softTimeoutMs: 0,
        hardTimeoutMs: 1_000,
        negativeMaxAgeMs: 0,
        jitter: 0,
        invalidatedMaxStaleMs: null,
      },
    });
    const origin = new FakeOrigin('');
    const reader = new Reader({ namespace: 'prompts', clock, report: () => {}, origin, cache });
    stream.commit(confirm(adoptHistory(stream.state, reply(1), clock.now()), clock.now()));

    const answer = origin.hang();
    const slow = reader.refresh('key');
    stream.commit(confirm(applyChanges(stream.state, reply(2), clock.now()), clock.now()));
    answer({ value: 'from before', scopes: ['a'] });
    expect((await slow).asOf).toEqual({ epoch: 'e1', version: 1, changeId: 'c1' });
    expect(cache.peek('key')).toMatchObject({ data: 'from before', isStale: true, reason: 'invalidated' });

    origin.answer({ value: 'from after', scopes: ['a'] });
    await reader.refresh('key');
    expect(cache.peek('key')).toMatchObject({ data: 'from after', isStale: false });
  });
});
