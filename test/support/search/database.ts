import { wholeStream } from '../../../src/core/coherence/apply-reply.js';
import type { AsOf } from '../../../src/core/coherence/as-of.js';
import type { Change, PollReply } from '../../../src/core/coherence/change-feed.js';

/** What one statement sees of a database. */
export interface View {
  readonly epoch: string;
  /** The scopes of all changes, oldest first; the digit behind each tells apart what was written after a loss. */
  readonly history: string;
  readonly trimmedTo: number;
}

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
};

export function change(database: Database, scope: string): Database {
  return { ...database, history: `${database.history}${scope}${database.losses}`, past: database };
}

/** Whoever raises an epoch gives it a name that was never given. */
export function raiseEpoch(database: Database): Database {
  return { ...database, epoch: `${database.epoch}${database.losses}`, past: database };
}

export function trim(database: Database, trimmedTo: number): Database {
  return { ...database, trimmedTo, trims: database.trims + 1, past: database };
}

/** All that a restore or a fail-over can make of it: every moment of its past. */
export function losses(database: Database): Database[] {
  const found: Database[] = [];
  for (let past = database.past; past !== null; past = past.past) {
    found.push({ ...past, losses: database.losses + 1, trims: database.trims });
  }
  return found;
}

/** The past is forgotten where nothing can bring it back. */
export const withoutPast = (database: Database): Database => ({ ...database, past: null });

export function encodeDatabase({ epoch, history, trimmedTo, losses: lost, trims, past }: Database): string {
  let text = `${epoch}:${history}:${trimmedTo}:${lost}:${trims}`;
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
    changes.push({ version, changeId: changeIdOf(until), kind: 'changed', scope: until.at(-letters)! });
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

/** The history up to the last change of a scope: where these are equal, the content is. */
export function contentOf(history: string, scope: string): string {
  const end = scope === wholeStream ? history.length : history.lastIndexOf(scope) + letters;
  return end < letters ? '' : history.slice(0, end);
}

/** True when `known` has a change of `scope` that was made after a read of `read`. */
export function isOlder(read: string, known: string, scope: string): boolean {
  let common = 0;
  while (common < read.length && read[common] === known[common]) common++;
  return known.indexOf(scope, common - (common % letters)) >= 0;
}
