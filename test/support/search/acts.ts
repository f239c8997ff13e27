import {
  adoptHistory,
  applyChanges,
  confirm,
  leaveHistory,
  loseLineage,
} from '../../../src/core/coherence/apply-reply.js';
import { classifyReply, type Verdict } from '../../../src/core/coherence/classify-reply.js';
import type { Stream } from '../../../src/core/coherence/stream.js';
import { supersedes } from '../../../src/core/tiers/supersedes.js';
import { cacheOf, loadedAt, now, sentAt, wake } from './alive.js';
import { contentOf, pointOf, purgesOf, replyOf, upTo, type View } from './database.js';
import { type Held, type Key, type Poll, type Replica, type Stored, type When } from './replica.js';

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
  const { history, doomed } = view;
  return { ...replica, poll: { reply, seen: replica.stream.seen, history, doomed } };
}

/** What a poll's answer makes of what was known: the rules of `StreamFollower`, without its timers. */
export function outcomeOf(
  state: State,
  { reply, seen }: Poll,
): { kind: Verdict['kind'] | 'leave'; next: State } {
  const verdict = classifyReply(state, reply, seen.get(reply.epoch));
  if (verdict.kind === 'adopt' && verdict.gap !== null)
    return { kind: 'leave', next: leaveHistory(state, reply.epoch, now) };
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
export function receive(replica: Replica, keys: readonly Key[], fromStandby = false): Replica {
  const poll = replica.poll!;
  const { reply, history } = poll;
  const { state } = replica.stream;
  const { kind, next } = outcomeOf(
    state,
    fromStandby ? { ...poll, reply: { ...reply, inRecovery: true } } : poll,
  );
  const stream = next === state ? replica.stream : wake(replica);
  let { held } = replica;
  if (next !== state) {
    const caches = next.purges === state.purges ? [] : attachAll(stream, keys, held);
    stream.commit(next.watermarks === state.watermarks ? next : timeless(next));
    if (caches.length > 0) held = held.map((each, i) => (caches[i]!.has(keys[i]!.name) ? each : null));
  }
  const isApplied = kind !== 'ignored' && kind !== 'lost' && kind !== 'leave';
  return {
    ...answered({ ...replica, held }, isApplied, isApplied && !reply.more),
    stream,
    poll: null,
    raising: kind === 'lost' ? reply.epoch : replica.raising,
    told: isApplied ? upTo(history, next.applied.version) : replica.told,
    purged: isApplied ? purgedBy(replica, poll, next) : replica.purged,
    isToldOfPurge:
      replica.isToldOfPurge || (isApplied && reply.changes.some(({ kind: what }) => what === 'purged')),
  };
}

/** The points that came before a purge which this process knows of, once it has applied a poll's answer. */
export const purgedBy = ({ purged }: Replica, { history, doomed }: Poll, { applied }: State) =>
  purgesOf(upTo(history, applied.version)) > 0 ? doomed : purged;

function attachAll(stream: Stream, keys: readonly Key[], held: Replica['held']) {
  const caches = keys.map((key, i) => cacheOf(stream, key, held[i]!));
  for (const cache of caches) stream.attach(cache);
  return caches;
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
  const value = contentOf(view.history, key.touchedBy);
  const when = replica.poll === null ? 'since' : 'meanwhile';
  return { ...replica, loads: replaced(replica.loads, index, { value, asOf, read: when }) };
}

export function store(replica: Replica, key: Key, index: number): Replica {
  const { value, asOf, read: readWhen } = replica.loads[index]!;
  const stream = wake(replica);
  const held = replica.held[index] ?? null;
  const cache = cacheOf(stream, key, held);
  const before = cache.entry(key.name);
  cache.set(key.name, value, { asOf, scopes: [key.scope], confirmedAt: loadedAt });
  const entry = cache.entry(key.name);
  const stored = replica.poll === null ? 'since' : 'meanwhile';
  const next: Held | null = entry && entry !== before ? { entry, read: readWhen, stored } : held;
  const loads = replaced(replica.loads, index, null);
  return { ...replica, stream, loads, held: replaced(replica.held, index, next) };
}

/** What a tier keeps is promoted, whoever read it; the tier gives up what does not exist. */
export function promote(replica: Replica, key: Key, index: number, { value, asOf, left }: Stored): Replica {
  const stream = wake(replica);
  const held = replica.held[index] ?? null;
  const cache = cacheOf(stream, key, held);
  const before = cache.entry(key.name);
  const facts = { asOf, scopes: [key.scope], confirmedAt: loadedAt };
  const promoted = cache.promote(key.name, value, facts, left);
  const entry = cache.entry(key.name);
  const next: Held | null = entry && entry !== before ? { entry, read: 'before', stored: 'before' } : held;
  const kept = promoted === null ? replaced(replica.kept, index, null) : replica.kept;
  return { ...replica, stream, kept, held: replaced(replica.held, index, next) };
}

/** A write to the tier leaves, of what stands in memory. */
export function write(replica: Replica, index: number): Replica {
  const { entry } = replica.held[index]!;
  const left = [...replica.stream.state.abandoned];
  const stored: Stored = { value: entry.value, asOf: entry.asOf!, left };
  return { ...replica, writing: replaced(replica.writing, index, stored) };
}

/** It arrives; or is refused where it is older, and then what is there is promoted. */
export function land(replica: Replica, key: Key, index: number): Replica {
  const stored = replica.writing[index]!;
  const held = replica.kept[index] ?? null;
  const facts = { absent: false, confirmedAt: loadedAt, storedAt: loadedAt };
  const isTaken = held === null || supersedes({ ...stored, ...facts }, { ...held, ...facts });
  const kept = isTaken ? replaced(replica.kept, index, stored) : replica.kept;
  const landed = { ...replica, kept, writing: replaced(replica.writing, index, null) };
  return isTaken ? landed : promote(landed, key, index, held);
}

export const forget = (replica: Replica, index: number): Replica => ({
  ...replica,
  kept: replaced(replica.kept, index, null),
});

export const evict = (replica: Replica, index: number): Replica => ({
  ...replica,
  held: replaced(replica.held, index, null),
});

export function fold(replica: Replica, keys: readonly Key[]): Replica {
  const stream = wake(replica);
  const caches = attachAll(stream, keys, replica.held);
  stream.fold(now);
  const held = replica.held.map((each, i) => each && { ...each, entry: caches[i]!.entry(keys[i]!.name)! });
  return { ...replica, stream, held };
}
