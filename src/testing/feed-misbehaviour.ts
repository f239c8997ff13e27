/** What a {@link FeedUpstream} does to a request, instead of answering it as it should. */
export type FeedMisbehaviour =
  /** As it should, `delayMs` milliseconds late. */
  | { kind: 'slow'; delayMs: number }
  /** That status, and a page that says so. */
  | { kind: 'status'; status: number; headers?: Readonly<Record<string, string>> }
  /** 429; `retryAfter` is sent as it is: seconds, or an HTTP date. */
  | { kind: 'rate-limited'; retryAfter?: number | string }
  | { kind: 'redirect'; to: string; status?: number }
  /** As it should, with these headers over its own: another Date, Age, Cache-Control, a charset. */
  | { kind: 'headers'; headers: Readonly<Record<string, string>> }
  /** 200 with these bytes, whatever they are. */
  | { kind: 'bytes'; bytes: Uint8Array; headers?: Readonly<Record<string, string>> }
  /** As it should, compressed so. */
  | { kind: 'compressed'; by: 'gzip' | 'deflate' | 'deflate-raw' | 'br' }
  /** Nothing, not even headers; the connection stays. */
  | 'hang'
  /** 200 and headers, and then a byte a second. */
  | 'drip'
  /** The connection ends with an RST. */
  | 'reset'
  /** 200, and a page for people, as captive portals and gateways send. */
  | 'html'
  /** 200, and the first half. */
  | 'cut'
  /** 200, and bytes that are no text. */
  | 'garbage'
  /** 200, and 6 MB. */
  | 'huge'
  /** 200, and 100 MB that are few when compressed. */
  | 'gzip-bomb'
  /** As it should, without ETag and Last-Modified. */
  | 'no-validators'
  /** 200 with the same ETag, though it was asked whether that has changed. */
  | 'never-not-modified'
  /** 304, whatever it was asked. */
  | 'always-not-modified'
  /** 304 with the ETag of something else. */
  | 'not-modified-of-another'
  /** 304 as it should be, but for the headers, of which there are none. */
  | 'bare-not-modified';
