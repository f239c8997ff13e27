import type { AsOf } from './as-of.js';
import type { Point } from './point.js';

/** The scope of a value that any change of its stream touches; no trigger logs it. */
export const wholeStream = '*';

/** Why a history cannot be the continuation of what was applied (PROTOCOL CO-10). */
export type Gap = 'other-epoch' | 'went-back' | 'other-change' | 'trimmed';

/** When values were superseded, as far as this process saw it. */
export interface Supersession {
  /** The local moment. */
  readonly at: number;
  /** The stream's last confirmation before that: until then the values were known to be current. */
  readonly confirmedBefore: number;
}

/** The highest version applied that touched one scope (PROTOCOL CO-8). */
export interface Watermark extends Supersession {
  readonly changed: number;
  /** What was applied before: a value of a later point was not confirmed by that. */
  readonly appliedBefore: number;
  /** The watermark before: values read at or after it are the ones that were current until `at`. */
  readonly raisedFrom: number;
}

/** The last purge of a scope, in the epoch in which it was first told. */
export interface Purge extends Point {
  /** Of this and all earlier purges of the scope. */
  readonly changeIds: ReadonlySet<string>;
}

/** What one process knows of one stream. Immutable: transitions return a new one. */
export interface StreamState {
  /** `null` until a first answer, and from the moment a lineage is seen lost until the next one is adopted. */
  readonly epoch: string | null;
  /** An epoch whose lineage broke and which nobody has raised yet: nothing of it is believed any more. */
  readonly lost: { readonly epoch: string; readonly gap: Gap } | null;
  /** Epochs that were left, or seen to break: if one comes back, it is as another history. */
  readonly abandoned: ReadonlySet<string>;
  /** The highest change applied; `changeId` is `null` where it was never seen. */
  readonly applied: { readonly version: number; readonly changeId: string | null };
  /** The change ids applied of late, by version: a value of another change there is of a history that was lost. */
  readonly changeIds: ReadonlyMap<number, string>;
  /** The watermark of a scope that no applied change has touched. */
  readonly floor: number;
  readonly watermarks: ReadonlyMap<string, Watermark>;
  /** By scope, the last purge of it; outlives folding and every change of history (CO-13). */
  readonly purges: ReadonlyMap<string, Purge>;
  /** The epoch of the last purge that went with the part of the log that was trimmed. */
  readonly forgotten: string | null;
  /** The log begins beyond this version: what it said before is gone. */
  readonly trimmedTo: number;
  /** Every proven entry was current at this local moment (CO-7). */
  readonly confirmedThrough: number;
  /** What was known when watermarks were last dropped, by a gap or by folding; its own `dropped` is `null`. */
  readonly dropped: { readonly state: StreamState; readonly at: number } | null;
}

export const initialStreamState: StreamState = Object.freeze({
  epoch: null,
  lost: null,
  abandoned: new Set<string>(),
  applied: Object.freeze({ version: 0, changeId: null }),
  changeIds: new Map<number, string>(),
  floor: 0,
  watermarks: new Map<string, Watermark>(),
  purges: new Map<string, Purge>(),
  forgotten: null,
  trimmedTo: 0,
  confirmedThrough: Number.NEGATIVE_INFINITY,
  dropped: null,
});

/** True when nothing that was applied could have changed a value read at `asOf`, and `asOf` is of this history (CO-8). */
export function isProvenCurrent(state: StreamState, asOf: AsOf, scopes: readonly string[]): boolean {
  if (asOf.epoch !== state.epoch || isOfLostHistory(state, asOf)) return false;
  for (const scope of scopes) {
    if (asOf.version < (state.watermarks.get(scope)?.changed ?? state.floor)) return false;
  }
  return true;
}

/**
 * True when the log shows that the change which a value was read at is part of this history: what other processes
 * stored somewhere is believed on no less (CO-11). A point ahead of what was applied is not there yet.
 */
export function isInLog({ epoch, changeIds }: StreamState, asOf: AsOf): boolean {
  return asOf.epoch === epoch && changeIds.get(asOf.version) === asOf.changeId;
}

/** Where a value was read, and what is known of that. */
export interface ReadAt {
  readonly asOf: AsOf;
  /** Another process read it, and the log has not shown its change. */
  readonly isPromoted: boolean;
  /** The log has shown its change. */
  readonly isShown: boolean;
}

/**
 * True when a value was purged after it was read, or may have been: it does not exist any more (CO-13). Another epoch
 * than the purge's came before it, unless this process has seen it begin since. What the log never showed may be of a
 * history that was lost, and older than the numbers say; what it no longer shows may have been purged unseen.
 */
export function isPurged(state: StreamState, read: ReadAt, scopes: readonly string[]): boolean {
  const { epoch, purges } = state;
  const { asOf, isPromoted, isShown } = read;
  if (isPromoted && isFromBeforeLog(state, asOf)) return true;
  if (purges.size === 0) return false;
  return [wholeStream, ...scopes].some((scope) => {
    const purge = purges.get(scope);
    if (purge === undefined) return false;
    if (purge.epoch !== asOf.epoch) return !hasBegunAfter(state, asOf.epoch, purge.epoch);
    if (asOf.version < purge.version) return true;
    return asOf.epoch === epoch ? isOfLostHistory(state, asOf) : !isShown;
  });
}

/** Of another epoch than a purge that is forgotten, its number says nothing of which came first. */
function isFromBeforeLog(state: StreamState, { epoch, version }: AsOf): boolean {
  const { trimmedTo, forgotten } = state;
  if (version < trimmedTo) return true;
  return forgotten !== null && epoch !== forgotten && !hasBegunAfter(state, epoch, forgotten);
}

/** As far as this process saw: epochs are left in the order in which they began. */
function hasBegunAfter({ epoch, abandoned }: StreamState, later: string, earlier: string): boolean {
  if (later === epoch) return true;
  const left = [...abandoned];
  const index = left.indexOf(earlier);
  return index >= 0 && left.indexOf(later) > index;
}

/**
 * A slow load may have read what a fail-over then lost, and be stored when other changes have taken its version: by the
 * versions alone it would be current (CO-10).
 */
function isOfLostHistory({ changeIds }: StreamState, { version, changeId }: AsOf): boolean {
  const applied = changeIds.get(version);
  return applied !== undefined && applied !== changeId;
}

/**
 * When a value that is not proven was superseded; `null` where this process cannot tell (a value from before a boot,
 * or one that was superseded more than once unseen).
 */
export function supersession(state: StreamState, asOf: AsOf, scopes: readonly string[]): Supersession | null {
  if (asOf.epoch === state.epoch && isOfLostHistory(state, asOf)) return null;
  if (asOf.epoch === state.epoch && asOf.version >= state.floor)
    return firstMark(state, asOf.version, scopes);
  const { dropped } = state;
  if (dropped === null) return null;
  const { state: before, at } = dropped;
  if (!isProvenCurrent(before, asOf, scopes)) return supersession(before, asOf, scopes);
  return { at, confirmedBefore: confirmedOf(asOf.version, before.applied.version, before.confirmedThrough) };
}

/** No poll confirms a value that was read at a later point than it saw: that point may be lost already. */
const confirmedOf = (version: number, applied: number, confirmedThrough: number): number =>
  version > applied ? Number.NEGATIVE_INFINITY : confirmedThrough;

function firstMark(state: StreamState, version: number, scopes: readonly string[]): Supersession | null {
  let first: Watermark | null = null;
  for (const scope of scopes) {
    const mark = state.watermarks.get(scope);
    if (mark === undefined || mark.changed <= version) continue;
    if (mark.raisedFrom > version) return null;
    if (first === null || mark.at < first.at) first = mark;
  }
  if (first === null) return null;
  const { at, appliedBefore, confirmedBefore } = first;
  return { at, confirmedBefore: confirmedOf(version, appliedBefore, confirmedBefore) };
}
