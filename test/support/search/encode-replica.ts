import { keyScope, namespaceScope } from '../../../src/core/cache/cache-scopes.js';
import type { AsOf } from '../../../src/core/coherence/as-of.js';
import type { Stream } from '../../../src/core/coherence/stream.js';
import type { StreamState } from '../../../src/core/coherence/stream-state.js';
import { outcomeOf, purgedBy } from './acts.js';
import { contentOf, placeOf } from './database.js';
import { scopesOf, type Held, type Key, type Load, type Replica, type Stored, type When } from './replica.js';

export interface Encoding {
  readonly keys: readonly Key[];
  /** What is held matters though nothing proves it any more: it may be purged, or written to a tier. */
  readonly isExact: boolean;
}

/**
 * A replica as text, without what nothing can follow from any more: two that are written alike behave alike for ever.
 */
export function encodeReplica(replica: Replica, { keys, isExact }: Encoding): string {
  const { stream, poll, raising, told, purged, isToldOfPurge } = replica;
  const { state } = stream;
  const stateOf = isExact ? encodeExactly : encodeState;
  let text = `${stateOf(state)};${raising ?? ''};${encodeSeen(stream.seen, state)}`;
  keys.forEach((key, i) => {
    const held = replica.held[i] ?? null;
    const load = replica.loads[i] ?? null;
    // Nothing is served fresh in no history, and the next one begins with what it is told.
    const known = state.epoch === null || told === null ? null : contentOf(told, key.touchedBy);
    if (known !== null) text += `:${known}`;
    if (held !== null) text += `;${i}=${encodeHeld(held, key, stream, known, isExact)}`;
    if (load !== null) text += `;${i}<${encodeLoad(load, key, stream, known, isExact)}`;
    text += encodeStored(replica.kept[i]!, '>') + encodeStored(replica.writing[i]!, '~');
  });
  if (purged.length > 0) text += `;${purged.join()}:${isToldOfPurge}`;
  if (poll === null) return text;
  // No two polls differ that say the same.
  const { kind, next } = outcomeOf(state, poll);
  text += `;${kind}:${poll.reply.epoch}:${next === state ? '' : stateOf(next)}:${poll.reply.more}`;
  return isExact ? `${text}:${purgedBy(replica, poll, next).join()}` : text;
}

const encodeStored = (stored: Stored | null, mark: string): string =>
  stored === null ? '' : `${mark}${placeOf(stored.asOf)}/${stored.left.toSorted().join()}`;

function encodeExactly(state: StreamState): string {
  const { trimmedTo, changeIds, watermarks, abandoned } = state;
  let text = `${encodeState(state)}:${trimmedTo}:${changeIds.keys().next().value}:${[...abandoned].join()}`;
  for (const scope of [namespaceScope('ns'), keyScope('ns', 'a')])
    text += `:${watermarks.get(scope)?.changed}`;
  for (const [scope, { epoch, version, changeIds: known }] of state.purges)
    text += `:${scope}=${epoch}${version}${[...known].join()}`;
  return text;
}

function encodeState(state: StreamState): string {
  const { epoch, lost, abandoned, applied, floor, watermarks, confirmedThrough } = state;
  let text = lost?.epoch ?? '';
  if (abandoned.size > 0) text += `/${[...abandoned].toSorted().join()}`;
  if (epoch === null) return text;
  const [a, b, any] = ['a', 'b', '*'].map((scope) => watermarks.get(scope)?.changed);
  const isConfirmed = confirmedThrough > 0;
  return `${text}/${epoch}:${applied.version}:${applied.changeId}:${floor}:${firstOf(state)}:${a}:${b}:${any}:${isConfirmed}`;
}

/** The change ids are those of the history applied, from some version on; version 0 has the same in every history. */
const firstOf = ({ changeIds }: StreamState): number => Math.max(1, changeIds.keys().next().value ?? 1);

/** Of an epoch that was left nothing is ever believed again. */
const isDead = (asOf: AsOf, { abandoned }: StreamState): boolean => abandoned.has(asOf.epoch);

const encodeAsOf = ({ epoch, version, changeId }: AsOf): string => `${epoch}${version}${changeId}`;

/** A point that was applied contradicts nothing that is not contradicted anyway. */
function encodeSeen(seen: Stream['seen'], { epoch, applied }: StreamState): string {
  let text = '';
  for (const each of seen.values()) {
    const { version, changeId } = each;
    const isApplied =
      version < applied.version || (version === applied.version && changeId === applied.changeId);
    if (each.epoch !== epoch || !isApplied) text += `,${encodeAsOf(each)}`;
  }
  return text;
}

/** What is ahead of the polls is judged when they reach it: then it will have been read before the last of them. */
function isAhead({ epoch, version }: AsOf, { epoch: current, applied }: StreamState): boolean {
  return epoch !== current || version > applied.version;
}

/** What is not proven in the history that it is of never will be. */
function encodeHeld(
  { entry, read, stored }: Held,
  key: Key,
  stream: Stream,
  known: string | null,
  isExact: boolean,
): string {
  const { state } = stream;
  const asOf = entry.asOf!;
  const isProven =
    entry.generation === stream.generation ||
    ((!entry.isPromoted || stream.isInLog(asOf)) && stream.isProvenCurrent(asOf, scopesOf(key)));
  const isPromoted = entry.isPromoted && !isProven;
  if (
    isDead(asOf, state) ||
    (asOf.epoch === state.epoch && !isProven && !(isPromoted && isAhead(asOf, state)))
  )
    return isExact ? `x${encodeAsOf(asOf)}${isPromoted ? '^' : ''}${entry.isShown ? 's' : ''}` : 'x';
  const marks = `${isProven ? '!' : ''}${isPromoted ? '^' : ''}${isExact && entry.isShown ? 's' : ''}`;
  const text = `${encodeAsOf(asOf)}=${entry.value}${marks}`;
  if (!isAhead(asOf, state)) return text + encodeWhen(read, entry.value === known);
  return text + encodeWhen(read, true) + encodeWhen(stored, asOf.epoch !== state.epoch);
}

function encodeLoad(
  { asOf, value, read }: Load,
  key: Key,
  stream: Stream,
  known: string | null,
  isExact: boolean,
): string {
  const { state } = stream;
  const isBehind = asOf.epoch === state.epoch && !stream.isProvenCurrent(asOf, scopesOf(key));
  if (isDead(asOf, state) || isBehind) return isExact ? `x${encodeAsOf(asOf)}` : 'x';
  return `${encodeAsOf(asOf)}=${value}${encodeWhen(read, value === known || isAhead(asOf, state))}`;
}

/** To be right at present excuses it from having been read since. */
const encodeWhen = (when: When, isExcused: boolean): string =>
  when === 'since' && isExcused ? 'b' : when[0]!;
