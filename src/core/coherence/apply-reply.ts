import type { Change, PollReply } from './change-feed.js';
import { initialStreamState, type Gap, type StreamState, type Watermark } from './stream-state.js';

/** Above this many scopes the map of watermarks is folded into its floor (PROTOCOL CO-8). */
export const maxScopes = 50_000;

/** So many change ids are remembered: far more than there are changes while one load runs. */
const maxChangeIds = 1_000;

/** The scope of a value that any change of its stream touches; no trigger logs it. */
export const wholeStream = '*';

type Applied = StreamState['applied'];

/**
 * Pure: the state after every change of a reply is applied at the local moment `now`. Repeats, disorder and replies
 * that are older than what was applied change nothing.
 */
export function applyChanges(state: StreamState, reply: PollReply, now: number): StreamState {
  if (reply.version < state.applied.version) return state;
  const unseen = reply.changes.filter((change) => change.version > state.applied.version);
  const applied = reply.more
    ? highest(unseen, state.applied)
    : { version: reply.version, changeId: reply.changeId };
  const changeIds = remembered(state, unseen, applied);
  if (unseen.length === 0) return { ...state, applied, changeIds };
  return { ...state, applied, changeIds, watermarks: raised(state, unseen, now) };
}

/**
 * Pure: the map of watermarks as one floor. What was proven current has to be lifted to `applied` before, or nothing
 * proves it afterwards.
 */
export function foldWatermarks(state: StreamState, now: number): StreamState {
  return { ...state, watermarks: new Map(), floor: state.applied.version, dropped: dropOf(state, now) };
}

/**
 * Pure: starts on the reply's history. Nothing read before its log begins is proven any more, and nothing at all
 * where the log no longer shows that the history is the one that was applied.
 */
export function adoptHistory(state: StreamState, reply: PollReply, now: number): StreamState {
  const { version, changeId } = startOf(state, reply);
  const start: StreamState = {
    ...initialStreamState,
    epoch: reply.epoch,
    applied: { version, changeId },
    changeIds: new Map(changeId === null ? [] : [[version, changeId]]),
    floor: version,
    abandoned: abandon(state.abandoned, reply.epoch === state.epoch ? null : state.epoch),
    dropped: state.epoch === null ? state.dropped : dropOf(state, now),
  };
  return applyChanges(start, reply, now);
}

/**
 * Where the log of a reply begins. One who had applied something asked for what lies beyond that, and gets no more of
 * it where the history turns out to be another one.
 */
function startOf({ epoch, applied }: StreamState, reply: PollReply): Applied {
  const { version, changeId, trimmedTo, changeIdAtApplied } = reply;
  if (reply.epoch === epoch || (epoch !== null && version <= applied.version)) return { version, changeId };
  return epoch === null || trimmedTo > applied.version
    ? { version: trimmedTo, changeId: null }
    : { version: applied.version, changeId: changeIdAtApplied };
}

/** Pure: everything proven was current at `sentAt`, the moment before the poll was sent (CO-7). */
export function confirm(state: StreamState, sentAt: number): StreamState {
  return sentAt > state.confirmedThrough ? { ...state, confirmedThrough: sentAt } : state;
}

/** Pure: no entry is proven until another history is adopted (CO-10). Nothing is dropped. */
export function loseLineage(state: StreamState, epoch: string, gap: Gap, now: number): StreamState {
  const dropped = state.epoch === null ? state.dropped : dropOf(state, now);
  const abandoned = abandon(abandon(state.abandoned, epoch), state.epoch);
  return { ...state, epoch: null, lost: { epoch, gap }, abandoned, dropped };
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
