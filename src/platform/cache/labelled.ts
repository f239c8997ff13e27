import type { ReadResult } from '../../core/index.js';
import type { Label } from './swr-headers.js';

/** An answer that came from a reader, and says how far it may be trusted. */
export interface Labelled {
  readonly meta: Label;
}

/** A labelled answer that can be given again for as long as the value it was made from stands. */
export interface Repeatable extends Labelled {
  /** The label alone, where `meta` tells more. */
  readonly label: Label;
  /** The value of the reader that this was made from. */
  readonly madeFrom: unknown;
  /** The same answer, labelled by a later read of the same value. */
  again(read: ReadResult<unknown>): Repeatable;
  /** As `JSON.stringify`, quicker. */
  toJsonText(): string;
}

export const isRepeatable = (answer: Labelled): answer is Repeatable => 'again' in answer;

/** A labelled answer of a namespace of many values, which knows how it is sent. */
export interface KeyedAnswer extends Labelled {
  /** Of the value that it was made from: it may have one of its own. */
  readonly maxAgeMs: number;
  /** What goes with the body besides; `null`: it is JSON. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** Made only where it is sent. */
  body(): unknown;
}
