export interface UpstreamRequest {
  /** From the base, with its query. */
  readonly path: string;
  /** As the header says it. */
  readonly accept: string;
  /** Whether an answer of this media type, in lower case and without parameters, is one. */
  readonly takes: (mediaType: string) => boolean;
  /** Of the body, as it is sent and as it turns out to be. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** When the signal will be aborted, on the clock's timeline. */
  readonly endsAt: number;
}

export type UpstreamAnswer =
  | { readonly kind: 'body'; readonly body: Buffer; readonly mediaType: string }
  /** 404 and 410. */
  | { readonly kind: 'absent' };
