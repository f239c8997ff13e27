import { adoptHistory, applyChanges, confirm, loseLineage } from '../../../src/core/coherence/apply-reply.js';
import { classifyReply, type Verdict } from '../../../src/core/coherence/classify-reply.js';
import type { Stream } from '../../../src/core/coherence/stream.js';
import { cacheOf, loadedAt, now, sentAt, wake } from './alive.js';
import { contentOf, pointOf, replyOf, upTo, type View } from './database.js';

import type { Held, Key, Poll, Replica, When } from './replica.js';

type State = Stream['state'];

const replaced = <T>(list: readonly T[], index: number, item: T): T[] =>
  list.map((each, i) => (i === index ? item : each));

/** What it knows is kept, and when it got to know it is not. */
function timeless(state: State): State {
  const watermarks = new Map(state.watermarks);
  for (const [scope, mark] of watermarks) {
    watermarks.set(scope, { ...mark, at: 0, confirmedBefore: Number.NEGATIVE_INFINITY });
  }
  return { ...state, watermarks, dropped: null };
}

export function send(replica: Replica, view: View, cut: boolean): Replica {
  const { epoch, applied } = replica.stream.state;
  const reply = replyOf(view, epoch === null ? null : applied.version, cut);
  return { ...replica, poll: { reply, seen: replica.stream.seen, history: view.history } };
}

/** What a poll's answer makes of what was known: the rules of `StreamFollower`, without its timers. */
export function outcomeOf(state: State, { reply, seen }: Poll): { kind: Verdict['kind']; next: State } {
  const verdict = classifyReply(state, reply, seen.get(reply.epoch));
  switch (verdict.kind) {
    case 'ignored':
      return { kind: verdict.kind, next: state };
    case 'lost': {
      const isKnown = state.epoch === null && state.lost?.epoch === reply.epoch;
      return {
        kind: verdict.kind,
        next: isKnown ? state : loseLineage(state, reply.epoch, verdict.gap, now),
      };
    }
    case 'adopt':
    case 'changes':
    case 'confirmed': {
      const next = (verdict.kind === 'adopt' ? adoptHistory : applyChanges)(state, reply, now);
      return { kind: verdict.kind, next: reply.more ? next : confirm(next, sentAt) };
    }
  }
}

/** The answer arrives; or that of a standby arrives in its place. */
export function receive(replica: Replica, fromStandby = false): Replica {
  const { reply, seen, history } = replica.poll!;
  const { state } = replica.stream;
  const { kind, next } = outcomeOf(state, { reply: { ...reply, inRecovery: fromStandby }, seen, history });
  const stream = next === state ? replica.stream : wake(replica);
  if (next !== state) stream.commit(next.watermarks === state.watermarks ? next : timeless(next));
  const isApplied = kind !== 'ignored' && kind !== 'lost';
  return {
    ...answered(replica, isApplied, isApplied && !reply.more),
    stream,
    poll: null,
    raising: kind === 'lost' ? reply.epoch : replica.raising,
    told: isApplied ? upTo(history, next.applied.version) : replica.told,
  };
}

/** What was read or stored when, told from the poll that is answered now. */
function answered(replica: Replica, isApplied: boolean, isWhole: boolean): Replica {
  const after = (when: When, moves: boolean): When =>
    when === 'meanwhile' ? 'since' : moves ? 'before' : when;
  const held = replica.held.map(
    (each) =>
      each && {
        ...each,
        read: after(each.read, isApplied),
        stored: after(each.stored, isApplied && isWhole),
      },
  );
  const loads = replica.loads.map((each) => each && { ...each, read: after(each.read, isApplied) });
  return { ...replica, held, loads };
}

/** A load reads; it is stored at some later moment. */
export function read(replica: Replica, key: Key, index: number, view: View): Replica {
  const asOf = cacheOf(replica.stream, key, null).asOfNow() ?? pointOf(view);
  const value = contentOf(view.history, key.scope);
  const when = replica.poll === null ? 'since' : 'meanwhile';
  return { ...replica, loads: replaced(replica.loads, index, { value, asOf, read: when }) };
}

export function store(replica: Replica, key: Key, index: number): Replica {
  const { value, asOf, read: readWhen } = replica.loads[index]!;
  const stream = wake(replica);
  const held = replica.held[index] ?? null;
  const cache = cacheOf(stream, key, held);
  const before = cache.entry(key.name);
  const entry = cache.set(key.name, value, { asOf, scopes: [key.scope], confirmedAt: loadedAt });
  const stored = replica.poll === null ? 'since' : 'meanwhile';
  const next: Held | null = entry === before ? held : { entry, read: readWhen, stored };
  const loads = replaced(replica.loads, index, null);
  return { ...replica, stream, loads, held: replaced(replica.held, index, next) };
}

export const evict = (replica: Replica, index: number): Replica => ({
  ...replica,
  held: replaced(replica.held, index, null),
});

export function fold(replica: Replica, keys: readonly Key[]): Replica {
  const stream = wake(replica);
  const caches = keys.map((key, i) => cacheOf(stream, key, replica.held[i]!));
  for (const cache of caches) stream.attach(cache);
  stream.fold(now);
  const held = replica.held.map((each, i) => each && { ...each, entry: caches[i]!.entry(keys[i]!.name)! });
  return { ...replica, stream, held };
}
