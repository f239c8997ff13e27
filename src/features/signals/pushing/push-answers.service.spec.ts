import { adoptHistory, applyChanges, confirm } from '../../../core/coherence/apply-reply.js';
import {
  everythingOn,
  Mirrors,
  Reader,
  SharedLoad,
  StaleWhileRevalidateCache,
  Stream,
} from '../../../core/index.js';
import type { NamespaceRegistry } from '../../../platform/cache/index.js';
import type { KeyedNamespace } from '../../../platform/cache/namespace-options.js';
import { FakeChangeFeed, FakeLock, FakeTier, VirtualClock } from '../../../testing/index.js';
import { PushAnswers } from './push-answers.service.js';
import type { PushOutcome } from './push-outcome.js';

const outcome: PushOutcome = {
  outcome: 'stored',
  observedAt: '2026-01-01T12:00:00.000Z',
  validUntil: '2026-01-01T12:01:00.000Z',
  tiers: { memory: 'stored' },
  repeated: false,
};
const dayMs = 86_400_000;

describe('answers to pushes', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let redis: FakeTier;
  let pushes: number;

  /** One replica, on the Redis of all of them. */
  const replicaOf = () => {
    const stream = new Stream('cache');
    const made = new Map<string, unknown>();
    const register = <T>({ namespace, policy, origin }: KeyedNamespace<T>): Reader<T> => {
      const parts = { namespace, clock, report: () => undefined, switches: everythingOn() };
      const cache = new StaleWhileRevalidateCache<T>({
        clock,
        policy: policy!,
        stream,
        namespace,
        confirmedBy: 'load',
      });
      const mirrors = new Mirrors<T>({ ...parts, cache, tiers: [redis], maxBytes: null, maxTtlMs: dayMs });
      const lock = new FakeLock(clock);
      const shared = new SharedLoad<T>({ ...parts, random: Math.random, cache, mirrors, lock });
      made.set(namespace, { mirrors });
      return new Reader<T>({ ...parts, cache, origin, mirrors, shared });
    };
    const registry = { register, get: (name: string) => made.get(name) };
    const answers = new PushAnswers(registry as unknown as NamespaceRegistry);
    return {
      poll: async () => {
        const { epoch, applied } = stream.state;
        const reply = await feed.poll(epoch === null ? null : applied.version);
        const apply = epoch === reply.epoch ? applyChanges : adoptHistory;
        stream.commit(confirm(apply(stream.state, reply, clock.now()), clock.now()));
      },
      once: (request: unknown = 1, failure: Error | null = null) =>
        answers.once({ key: 'k', by: 'me' }, request, async () => {
          pushes++;
          if (failure !== null) throw failure;
          return outcome;
        }),
    };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    redis = new FakeTier('redis', clock);
    pushes = 0;
    feed.change(['another namespace']);
  });

  it('are found by every replica (SI-9)', async () => {
    const [one, other] = [replicaOf(), replicaOf()];
    await Promise.all([one.poll(), other.poll()]);
    expect(await one.once()).toEqual(outcome);
    expect(await one.once()).toEqual({ ...outcome, repeated: true });
    expect(await other.once()).toEqual({ ...outcome, repeated: true });
    await expect(other.once(2)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(pushes).toBe(1);
  });

  it('that a replica cannot prove yet stay where they are for those that can (SI-9)', async () => {
    const [one, other] = [replicaOf(), replicaOf()];
    await Promise.all([one.poll(), other.poll()]);
    feed.purge(['*n other']);
    await one.poll();
    await one.once();
    await expect(other.once(1, new Error('too old by now'))).rejects.toThrow('too old by now');
    expect(pushes).toBe(2);
    expect(redis.entries.size).toBe(1);
    const third = replicaOf();
    await third.poll();
    expect(await third.once()).toMatchObject({ repeated: true });
    await other.poll();
    expect(await other.once()).toMatchObject({ repeated: true });
  });

  it('that are stored while another replica finds none are not deleted by it (SI-9)', async () => {
    const [one, other] = [replicaOf(), replicaOf()];
    await Promise.all([one.poll(), other.poll()]);
    await one.once();
    // Asked just before they were stored.
    const { get } = redis;
    redis.get = async () => null;
    await expect(other.once(1, new Error('too old by now'))).rejects.toThrow('too old by now');
    redis.get = get;
    const third = replicaOf();
    await third.poll();
    expect(await third.once()).toMatchObject({ repeated: true });
  });

  it('of pushes that failed are none, and none are needed where Redis is away (SI-9)', async () => {
    const one = replicaOf();
    redis.get = () => Promise.reject(new Error('it is away'));
    await one.poll();
    await expect(one.once(1, new Error('refused'))).rejects.toThrow('refused');
    expect(await one.once()).toEqual(outcome);
    expect(await one.once()).toMatchObject({ repeated: true });
    expect(pushes).toBe(2);
  });
});
