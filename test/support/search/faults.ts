import { contentOf, isOlder, placeOf } from './database.js';
import type { Answer } from './alive.js';
import type { Key, Replica } from './replica.js';

/** What a replica answers that breaks the promise; `null` where nothing does. */
export function faultOf(
  replica: Replica,
  keys: readonly Key[],
  answers: readonly (Answer | null)[],
): string | null {
  for (const [i, key] of keys.entries()) {
    const answer = answers[i];
    if (answer?.isFresh && !isRight(replica, key, answer)) {
      const { value, asOf } = answer.held.entry;
      return `serves "${value}" of ${key.name} as fresh, read at ${asOf!.epoch}:${asOf!.version}, was told "${replica.told}"`;
    }
    if (answer && isPurged(replica, key, answer))
      return `serves "${answer.held.entry.value}" of ${key.name}, which was purged`;
  }
  return null;
}

function isRight({ told, stream }: Replica, key: Key, { held, isByOwnWord }: Answer): boolean {
  const { entry, read, stored } = held;
  if (told === null) return false;
  if (read !== 'before') return true;
  if (key.confirmedBy === 'load') return !isOlder(entry.value, told, key.touchedBy);
  if (entry.value === contentOf(told, key.touchedBy)) return true;
  // Ahead of the polls: it stands on its own word until a poll that was sent after it was stored is applied.
  return entry.asOf!.version > stream.state.applied.version && stored !== 'before' && isByOwnWord;
}

/** Of what is ahead of the polls nobody can tell, until the next of them, that the history does not have it. */
function isPurged(
  { purged, isToldOfPurge, stream: { state } }: Replica,
  { isPinned }: Key,
  { held }: Answer,
): boolean {
  const { asOf, isPromoted } = held.entry;
  const isAhead = asOf!.epoch === state.epoch && asOf!.version > state.applied.version;
  // The log keeps purges for longer than any tier keeps an entry; only memory knows no such end.
  const isUntold = !isToldOfPurge && !isPromoted;
  return !isPinned && !isAhead && !isUntold && purged.includes(placeOf(asOf!));
}

/** Where nothing was ever lost: what is current is fresh, and no epoch is called lost. */
export function falseAlarmOf(
  replica: Replica,
  keys: readonly Key[],
  answers: readonly (Answer | null)[],
): string | null {
  const { told, stream, raising } = replica;
  if (raising !== null || stream.state.lost !== null) return 'calls a lineage lost';
  if (told === null) return null;
  const i = keys.findIndex((key, at) => {
    const answer = answers[at];
    return (
      key.confirmedBy === 'counter' &&
      answer?.held.entry.value === contentOf(told, key.touchedBy) &&
      !answer.isFresh
    );
  });
  return i < 0 ? null : `calls "${answers[i]!.held.entry.value}" of ${keys[i]!.name} stale, which is current`;
}

/** The point that a value is as of went back within an epoch. */
export function stepBackOf(before: Replica, after: Replica, keys: readonly Key[]): string | null {
  for (const [i, key] of keys.entries()) {
    const from = before.held[i]?.entry.asOf;
    const to = after.held[i]?.entry.asOf;
    if (from && to && from.epoch === to.epoch && to.version < from.version)
      return `${key.name} went back from ${from.version} to ${to.version}`;
  }
  return null;
}
