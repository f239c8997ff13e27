import type { Entry } from '../../../src/core/cache/entry.js';
import type { AsOf } from '../../../src/core/coherence/as-of.js';
import type { PollReply } from '../../../src/core/coherence/change-feed.js';
import { Stream } from '../../../src/core/coherence/stream.js';

/** A value that a replica holds: what it is read from, and what says that it is current. */
export interface Key {
  readonly name: string;
  readonly scope: string;
  readonly confirmedBy: 'counter' | 'load';
}

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
}

export const booted = (keys: readonly Key[]): Replica => ({
  stream: new Stream('config'),
  held: keys.map(() => null),
  loads: keys.map(() => null),
  poll: null,
  raising: null,
  told: null,
});
