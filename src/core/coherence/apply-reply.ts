import type { Change, PollReply } from './change-feed.js';
import {
  initialStreamState,
  wholeStream,
  type Gap,
  type Purge,
  type StreamState,
  type Watermark,
} from './stream-state.js';

/** Above this many scopes the map of watermarks is folded into its floor (PROTOCOL CO-8). */
export const maxScopes = 50_000;

/** So many change ids are remembered: far more than there are changes while one load runs. */
const maxChangeIds = 1_000;

type Applied = StreamState['applied'];

/**
 * Pure: the state after every change of a reply is applied at the local moment `now`. Repeats, disorder and replies
 * that are older than what was applied change nothing.
 */
export function applyChanges(state: StreamState, reply: PollReply, now: number): StreamState {
  if (reply.version < state.applied.version) return state;
  const news = reply.changes.filter((change) => change.version > state.applied.version);
  const applied = reply.more
    ? highest(news, state.applied)
    : { version: reply.version, changeId: reply.changeId };
  const changeIds = remembered(state, news, applied);
  const { trimmedTo } = reply;
  const next = { ...trimmed(state, trimmedTo), applied, changeIds };
  if (news.length === 0) return next;
  return { ...next, purges: purged(next.purges, news, reply.epoch), watermarks: raised(state, news, now) };
}

/**
 * Pure: the map of watermarks as one floor. What was proven current has to be lifted to `applied` before, or nothing
 * proves it afterwards.
 */
export function foldWatermarks(state: StreamState, now: number): StreamState {
  return { ...state, watermarks: new Map(), floor: state.applied.version, dropped: dropOf(state, now) };
}

/**
 * Pure: starts on the reply's history, all of whose log was asked for. Nothing is proven any more that was read before
 * that log begins; nor where it begins, unless that is the beginning of all: the change there may be another one.
 */
export function adoptHistory(state: StreamState, reply: PollReply, now: number): StreamState {
  const { version, trimmedTo } = reply;
  const start: StreamState = {
    ...initialStreamState,
    epoch: reply.epoch,
    applied: { version: trimmedTo, changeId: null },
    floor: trimmedTo === 0 ? 0 : Math.min(trimmedTo + 1, version),
    purges: unseen(state, reply),
    forgotten: state.forgotten,
    trimmedTo,
    abandoned: abandon(state.abandoned, reply.epoch === state.epoch ? null : state.epoch),
    dropped: state.epoch === null ? state.dropped : dropOf(state, now),
  };
  return applyChanges(start, reply, now);
}

/** Pure: everything proven was current at `sentAt`, the moment before the poll was sent (CO-7). */
export function confirm(state: StreamState, sentAt: number): StreamState {
  return sentAt > state.confirmedThrough ? { ...state, confirmedThrough: sentAt } : state;
}

/** Pure: no entry is proven until another history is adopted (CO-10). Nothing is dropped. */
export function loseLineage(state: StreamState, epoch: string, gap: Gap, now: number): StreamState {
  const abandoned = abandon(state.abandoned, epoch);
  return { ...leaveHistory({ ...state, abandoned }, null, now), lost: { epoch, gap } };
}

/** Pure: what was applied does not go on; the epoch does, if it is the `next` one. */
export function leaveHistory(state: StreamState, next: string | null, now: number): StreamState {
  const dropped = state.epoch === null ? state.dropped : dropOf(state, now);
  const abandoned = abandon(state.abandoned, state.epoch === next ? null : state.epoch);
  return { ...state, epoch: null, abandoned, dropped };
}

function raised(state: StreamState, changes: readonly Change[], at: number): Map<string, Watermark> {
  const watermarks = new Map<string, Watermark>(state.watermarks);
  const { confirmedThrough: confirmedBefore } = state;
  const appliedBefore = state.applied.version;
  const raise = (scope: string, version: number) => {
    const raisedFrom = state.watermarks.get(scope)?.changed ?? state.floor;
    const changed = Math.max(version, watermarks.get(scope)?.changed ?? raisedFrom);
    watermarks.set(scope, { changed, at, confirmedBefore, appliedBefore, raisedFrom });
  };
  for (const { scope, version } of changes) {
    raise(scope, version);
    raise(wholeStream, version);
  }
  return watermarks;
}

/** Where the log begins beyond what this process had applied, anything may have been purged in between (CO-13). */
function unseen({ purges, applied, dropped }: StreamState, reply: PollReply): StreamState['purges'] {
  const { epoch, trimmedTo } = reply;
  if (dropped === null || trimmedTo <= applied.version) return purges;
  const changeIds = purges.get(wholeStream)?.changeIds ?? new Set<string>();
  return new Map([...purges, [wholeStream, { epoch, version: trimmedTo, changeIds }]]);
}

function purged(
  purges: StreamState['purges'],
  changes: readonly Change[],
  epoch: string,
): StreamState['purges'] {
  // A log that is read whole once more tells of purges which were made in an epoch before.
  const found = changes.filter(
    ({ kind, scope, changeId }) => kind === 'purged' && !purges.get(scope)?.changeIds.has(changeId),
  );
  if (found.length === 0) return purges;
  const all = new Map<string, Purge>(purges);
  for (const { scope, version, changeId } of found) {
    const known = all.get(scope);
    const changeIds = new Set([...(known?.changeIds ?? []), changeId]);
    const last = known?.epoch === epoch ? Math.max(known.version, version) : version;
    all.set(scope, { epoch, version: last, changeIds });
  }
  return all;
}

/** What a purge from before the log concerned does not exist by its age alone. */
function trimmed(state: StreamState, trimmedTo: number): StreamState {
  const { purges } = state;
  if (trimmedTo <= state.trimmedTo) return { ...state, trimmedTo };
  const gone = [...purges].filter(([, { version }]) => version <= trimmedTo);
  if (gone.length === 0) return { ...state, trimmedTo };
  const kept = [...purges].filter(([, { version }]) => version > trimmedTo);
  return { ...state, trimmedTo, purges: new Map(kept), forgotten: lastOf(state, gone) };
}

/** The latest epoch among those purges and what was forgotten before. */
function lastOf({ epoch, abandoned, forgotten }: StreamState, gone: readonly [string, Purge][]): string {
  const epochs = new Set([forgotten, ...gone.map(([, purge]) => purge.epoch)]);
  return [epoch, ...[...abandoned].toReversed()].find((each) => epochs.has(each)) ?? gone[0]![1].epoch;
}

function remembered(
  { changeIds }: StreamState,
  changes: readonly Change[],
  { version, changeId }: Applied,
): ReadonlyMap<number, string> {
  if (changeId === null || changeIds.get(version) === changeId) return changeIds;
  const known = new Map(changeIds);
  for (const change of changes) known.set(change.version, change.changeId);
  known.set(version, changeId);
  for (const oldest of known.keys()) {
    if (known.size <= maxChangeIds) break;
    known.delete(oldest);
  }
  return known;
}

function highest(changes: readonly Change[], start: Applied): Applied {
  let found = start;
  for (const { version, changeId } of changes) if (version > found.version) found = { version, changeId };
  return found;
}

const abandon = (abandoned: ReadonlySet<string>, epoch: string | null): ReadonlySet<string> =>
  epoch === null || abandoned.has(epoch) ? abandoned : new Set([...abandoned, epoch]);

const dropOf = (state: StreamState, at: number): StreamState['dropped'] => ({
  state: { ...state, dropped: null },
  at,
});
