/** What a {@link CatalogUpstream} does to a request, instead of answering it as it should. */
export type CatalogMisbehaviour =
  /** That status, and a text that says so; `retryAfter` is sent as it is. */
  | { readonly status: number; readonly retryAfter?: string }
  /** As it should, so late by its clock. */
  | { readonly delayMs: number }
  /** That body, whatever it is; as JSON and with 200 by default. */
  | { readonly body: string | Uint8Array; readonly contentType?: string; readonly status?: number }
  /** Nothing, not even headers; the connection stays. */
  | 'hang'
  /** The connection ends with an RST. */
  | 'reset'
  /** 200, and a page for people, as captive portals and gateways send. */
  | 'html'
  /** 200, and the first half of the JSON as if that were all. */
  | 'broken-json'
  /** 401, though the key is right. */
  | 'unauthorized'
  /** 200, and the connection ends after the first half of what was announced. */
  | 'truncated';
