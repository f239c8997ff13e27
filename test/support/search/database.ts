import { keyScope, namespaceScope } from '../../../src/core/cache/cache-scopes.js';
import { wholeStream } from '../../../src/core/coherence/stream-state.js';
import type { AsOf } from '../../../src/core/coherence/as-of.js';
import type { Change, PollReply } from '../../../src/core/coherence/change-feed.js';

/** What one statement sees of a database. */
export interface View {
  readonly epoch: string;
  /** The letters of all changes, oldest first; the digit behind each tells apart what was written after a loss. */
  readonly history: string;
  readonly trimmedTo: number;
  /** Every point that it ever was at, lost ones too; nothing where no tier keeps what was read there. */
  readonly ever: readonly string[];
  /** The points that it was at before the last purge, and at none of them since. */
  readonly doomed: readonly string[];
}

/** What a letter of a history stands for in the log; `*` stands for all of them. */
const logged: Readonly<Record<string, Pick<Change, 'kind' | 'scope'>>> = {
  a: { kind: 'changed', scope: 'a' },
  b: { kind: 'changed', scope: 'b' },
  n: { kind: 'changed', scope: namespaceScope('ns') },
  p: { kind: 'purged', scope: keyScope('ns', 'a') },
};
const purge = 'p';

/** A database and all that it could be put back to. */
export interface Database extends View {
  /** Restores and fail-overs so far, which no restore takes back. */
  readonly losses: number;
  readonly trims: number;
  readonly past: Database | null;
}

const letters = 2;

export const versionOf = (history: string): number => history.length / letters;

/** A change id is the whole history up to that change: so equal ids are equal histories. */
const changeIdOf = (history: string): string => `c${history}`;

export const upTo = (history: string, version: number): string => history.slice(0, version * letters);

export const empty: Database = {
  epoch: 'e',
  history: '',
  trimmedTo: 0,
  losses: 0,
  trims: 0,
  past: null,
  ever: [],
  doomed: [],
};

/** As `empty`, of which tiers may keep everything that is ever read. */
export const remembering: Database = { ...empty, ever: [`e:`] };

export function change(database: Database, letter: string): Database {
  const next = { ...database, history: `${database.history}${letter}${database.losses}`, past: database };
  return arrived(letter === purge ? { ...next, doomed: database.ever } : next);
}

export const isPurge = (letter: string): boolean => letter === purge;

/** The purges that a history holds. */
export const purgesOf = (history: string): number => history.split(purge).length - 1;

/** A point as text; the change id of a value tells the history it was read in. */
export const placeOf = ({ epoch, changeId }: AsOf): string => `${epoch}:${changeId.slice(1)}`;

/** The point that a text names. */
export function pointAt(place: string): View {
  const [epoch, history] = place.split(':') as [string, string];
  return { ...empty, epoch, history };
}

/** It is at this point now: what is read of it is read after all that went before. */
function arrived(database: Database): Database {
  const { epoch, history, ever, doomed } = database;
  if (ever.length === 0) return database;
  const here = `${epoch}:${history}`;
  return {
    ...database,
    ever: ever.includes(here) ? ever : [...ever, here].toSorted(),
    doomed: doomed.filter((place) => place !== here),
  };
}

/** Whoever raises an epoch gives it a name that was never given. */
export function raiseEpoch(database: Database): Database {
  return arrived({ ...database, epoch: `${database.epoch}${database.losses}`, past: database });
}

export function trim(database: Database, trimmedTo: number): Database {
  return { ...database, trimmedTo, trims: database.trims + 1, past: database };
}

/** All that a restore or a fail-over can make of it: every moment of its past. */
export function losses(database: Database): Database[] {
  const found: Database[] = [];
  const { trims, ever, doomed } = database;
  for (let past = database.past; past !== null; past = past.past) {
    found.push(arrived({ ...past, losses: database.losses + 1, trims, ever, doomed }));
  }
  return found;
}

/** The past is forgotten where nothing can bring it back. */
export const withoutPast = (database: Database): Database => ({ ...database, past: null });

/** What a statement sees, and what tiers may have kept. */
export const encodeView = ({ epoch, history, trimmedTo, ever, doomed }: View): string =>
  `${epoch}:${history}:${trimmedTo}:${ever.join()}:${doomed.join()}`;

export function encodeDatabase(database: Database): string {
  const { losses: lost, trims, past } = database;
  let text = `${encodeView(database)}:${lost}:${trims}`;
  for (let each = past; each !== null; each = each.past) {
    text += `<${each.epoch}:${each.history}:${each.trimmedTo}`;
  }
  return text;
}

export function pointOf({ epoch, history }: View): AsOf {
  return { epoch, version: versionOf(history), changeId: changeIdOf(history) };
}

/** What a poll answers; `cut` ends it after one version. */
export function replyOf(view: View, after: number | null, cut: boolean): PollReply {
  const { history, trimmedTo } = view;
  const last = versionOf(history);
  const first = Math.max(after ?? trimmedTo, trimmedTo) + 1;
  const end = cut ? Math.min(first, last) : last;
  const changes: Change[] = [];
  for (let version = first; version <= end; version++) {
    const until = upTo(history, version);
    changes.push({ version, changeId: changeIdOf(until), ...logged[until.at(-letters)!]! });
  }
  const hasRow = after !== null && after > trimmedTo && after <= last;
  return {
    ...pointOf(view),
    trimmedTo,
    changeIdAtApplied: hasRow ? changeIdOf(upTo(history, after)) : null,
    changes,
    more: end < last,
    inRecovery: false,
  };
}

/** The history up to the last change that touches a key: where these are equal, the content is. */
export function contentOf(history: string, touchedBy: string): string {
  if (touchedBy === wholeStream) return history;
  let end = 0;
  for (const letter of touchedBy) end = Math.max(end, history.lastIndexOf(letter) + letters);
  return end < letters ? '' : history.slice(0, end);
}

/** True when `known` has a change that touches a key, made after a read of `read`. */
export function isOlder(read: string, known: string, touchedBy: string): boolean {
  let common = 0;
  while (common < read.length && read[common] === known[common]) common++;
  const from = common - (common % letters);
  return touchedBy.split('').some((letter) => known.indexOf(letter, from) >= 0);
}
