import { cacheScopes } from '../../../src/core/cache/cache-scopes.js';
import type { Entry } from '../../../src/core/cache/entry.js';
import type { AsOf } from '../../../src/core/coherence/as-of.js';
import type { PollReply } from '../../../src/core/coherence/change-feed.js';
import { Stream } from '../../../src/core/coherence/stream.js';

/** A value that a replica holds: what it is read from, and what says that it is current. */
export interface Key {
  readonly name: string;
  readonly scope: string;
  readonly confirmedBy: 'counter' | 'load';
  /** The letters of the changes that touch it. */
  readonly touchedBy: string;
  /** Its namespace, where it is touched by what is done to that. */
  readonly namespace?: string;
  readonly isPinned?: boolean;
}

/** All that touches it: what its origin says, and what its place does. */
export const scopesOf = ({ scope, namespace, name }: Key): string[] =>
  namespace === undefined ? [scope] : [scope, ...cacheScopes(namespace, name)];

/**
 * When something happened, as far as it matters: before the last poll that was applied was sent, after that, or after
 * the poll was sent that is under way.
 */
export type When = 'before' | 'since' | 'meanwhile';

export interface Held {
  readonly entry: Entry<string>;
  readonly read: When;
  readonly stored: When;
}

export interface Load {
  readonly value: string;
  readonly asOf: AsOf;
  readonly read: When;
}

export interface Poll {
  readonly reply: PollReply;
  readonly seen: Stream['seen'];
  readonly history: string;
  readonly doomed: readonly string[];
}

/** What a tier keeps of a key, or a write to it that is under way. */
export interface Stored {
  readonly value: string;
  readonly asOf: AsOf;
  readonly left: readonly string[];
}

/** One process, at rest. Immutable: moves return a new one. */
export interface Replica {
  readonly stream: Stream;
  readonly held: readonly (Held | null)[];
  readonly loads: readonly (Load | null)[];
  readonly poll: Poll | null;
  /** The epoch that it is about to raise. */
  readonly raising: string | null;
  /** The history that it was last told. */
  readonly told: string | null;
  /** The points that came before the last purge it was told of. */
  readonly purged: readonly string[];
  /** The log itself told of that purge: it was not trimmed before. */
  readonly isToldOfPurge: boolean;
  /** By key, what the tier holds, and a write that has not arrived; both outlive the process. */
  readonly kept: readonly (Stored | null)[];
  readonly writing: readonly (Stored | null)[];
}

/** @param before whose place it takes */
export const booted = (keys: readonly Key[], before?: Replica): Replica => ({
  stream: new Stream('config'),
  held: keys.map(() => null),
  loads: keys.map(() => null),
  poll: null,
  raising: null,
  told: null,
  purged: [],
  isToldOfPurge: false,
  kept: before?.kept ?? keys.map(() => null),
  writing: before?.writing ?? keys.map(() => null),
});
