/** What an answer told of itself: what the next request is made conditional by, and how long it stands. JSON. */
export interface AnswerFacts {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** When the origin server said so, by its own word and ours (RFC 9111, 4.2.3); Unix ms, never later than now. */
  readonly observedAt: number;
  /** How long the answer itself said that it stands, counted from `observedAt` (ms); `null`: it said nothing. */
  readonly freshForMs: number | null;
  /** For http-cache-semantics. */
  readonly policy: unknown;
}

export interface ConditionalRequest {
  readonly url: string;
  readonly accept: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the answer that is held; `null`: there is none, and a whole one is asked for. */
  readonly held: AnswerFacts | null;
  readonly signal: AbortSignal;
}

export type ConditionalAnswer =
  | {
      readonly kind: 'body';
      /** Decompressed and decoded by its charset. */
      readonly text: string;
      /** Lower case, without parameters. */
      readonly mediaType: string;
      readonly facts: AnswerFacts;
    }
  /** 304: what is held stands, and these are its facts from now on. */
  | { readonly kind: 'not-modified'; readonly facts: AnswerFacts }
  /** 404 and 410. */
  | { readonly kind: 'absent' };
