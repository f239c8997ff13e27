import type { KeyTemplate } from './key-template.js';

/** Where the source tells, in its value, when what it says was so: a JSON pointer (RFC 6901) to an ISO 8601 date. */
export type JsonPointer = string;

/** A value that others bring (SI-9). */
export interface PushSource {
  readonly kind: 'push';
}

/** One JSON document for each signal. */
export interface HttpSource {
  readonly kind: 'http';
  /** With the placeholders of the key, as in `https://odds.example/v1/{game_id}`. */
  readonly url: string;
  /** Secrets are filled in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where in the document the value is; `null`: all of it. */
  readonly valueAt: JsonPointer | null;
}

/** RSS or Atom: the articles of a feed. The first placeholder of the key names the feed, the second one the article. */
export interface FeedSource {
  readonly kind: 'feed';
  /** URLs by name. */
  readonly feeds: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A shorter limit by the time to the start of an event: from `beforeMs` before it on, until the next step begins. */
export interface TtlStep {
  /** 0: from the start on. */
  readonly beforeMs: number;
  readonly ttlMs: number;
}

/** One kind of signal, as `config/runtime.yml` says (SI-1); durations in ms. Frozen. */
export interface SignalType {
  /** `^[a-z][a-z0-9-]{0,31}$`; its namespace is `signals-<name>`. */
  readonly name: string;
  readonly namespace: string;
  /** No inference reads a value that is this old. */
  readonly ttlMs: number;
  readonly key: KeyTemplate;
  readonly source: PushSource | HttpSource | FeedSource;
  readonly sizeClass: 'hot' | 'large';
  /** Beside memory, in the order they are asked. */
  readonly tiers: readonly ('redis' | 'disk')[];
  /** The share of the limit (0..1) after which a value that is read is loaded anew behind the reads; `null`: never. */
  readonly refreshAheadShare: number | null;
  readonly schemaVersion: number;
  /** What is wrong with a value, in words; none: it is in order. */
  readonly check: (value: unknown) => readonly string[];
  readonly observedAt: JsonPointer | null;
  /** `null`: the limit is the same at any time. The steps have falling `beforeMs`. */
  readonly ttlByStart: { readonly startsAt: JsonPointer; readonly steps: readonly TtlStep[] } | null;
  /** Of one value as JSON. */
  readonly maxValueBytes: number;
}
