import { Entry } from '../../../src/core/cache/entry.js';
import { StaleWhileRevalidateCache } from '../../../src/core/cache/stale-while-revalidate-cache.js';
import { EntryJudge } from '../../../src/core/cache/entry-judge.js';
import { EntryOrder } from '../../../src/core/cache/entry-order.js';
import { Stream } from '../../../src/core/coherence/stream.js';
import type { Held, Key, Replica } from './replica.js';

/** All moments are one of these: their order among each other is kept apart (`When`). */
export const loadedAt = 0;
export const sentAt = 1;
export const now = 2;

const clock = { now: () => now, wall: () => now, sync: () => 0, after: () => () => undefined };
const policy = {
  maxAgeMs: 1_000,
  staleWhileRevalidateMs: null,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

/** The stream, alive: what is done to it leaves the replica it comes from as it is. */
export function wake(replica: Replica): Stream {
  const stream = Object.assign(Object.create(Stream.prototype) as Stream, replica.stream);
  return Object.assign(stream, { holders: [] });
}

const Cache = StaleWhileRevalidateCache<string>;
const templates = {
  counter: new Cache({ clock, policy, stream: new Stream('none'), confirmedBy: 'counter' }),
  load: new Cache({ clock, policy, stream: new Stream('none'), confirmedBy: 'load' }),
};

export function cacheOf(stream: Stream, key: Key, held: Held | null): StaleWhileRevalidateCache<string> {
  const entries = new Map<string, Entry<string>>();
  if (held) entries.set(key.name, Object.assign(Object.create(Entry.prototype) as Entry<string>, held.entry));
  const cache = Object.create(Cache.prototype) as StaleWhileRevalidateCache<string>;
  const template = templates[key.confirmedBy];
  const judge = Object.assign(
    Object.create(EntryJudge.prototype) as EntryJudge,
    Reflect.get(template, 'judge'),
    {
      stream,
      namespace: key.namespace ?? null,
      isPinned: key.isPinned ?? false,
    },
  );
  const order = new EntryOrder(judge, 'version');
  return Object.assign(cache, template, { stream, judge, order, entries, isPinned: key.isPinned ?? false });
}

export interface Answer {
  readonly held: Held;
  readonly isFresh: boolean;
  /** Nobody but the load itself says that it is current. */
  readonly isByOwnWord: boolean;
}

/** How each key is answered. Reading proves what can be proven, which the entries remember. */
export function readAll(replica: Replica, keys: readonly Key[]): (Answer | null)[] {
  const stream = wake(replica);
  return keys.map((key, i) => {
    const held = replica.held[i] ?? null;
    if (held === null) return null;
    const cache = cacheOf(stream, key, held);
    const answer = cache.peek(key.name);
    if (answer === null) return null;
    const { isStale, age } = answer;
    const entry = cache.entry(key.name)!;
    return { held: { ...held, entry }, isFresh: !isStale, isByOwnWord: age === now - loadedAt };
  });
}
