/** What an {@link LlmUpstream} does to a call, instead of answering it as it should. */
export type LlmMisbehaviour =
  /** The answer comes `delayMs` milliseconds late. */
  | { kind: 'slow'; delayMs: number }
  /** 429; `retryAfter` is sent as it is: seconds, or an HTTP date. */
  | { kind: 'rate-limited'; retryAfter?: number | string }
  /** That status, with an error in the form of the API. */
  | { kind: 'status'; status: number; headers?: Readonly<Record<string, string>> }
  /** A good answer, given by another model, as gateways do that route by themselves. */
  | { kind: 'served-by'; model: string }
  /** 500. */
  | 'fail'
  /** The connection ends with an RST. */
  | 'reset'
  /** Nothing, not even headers; the connection stays. */
  | 'hang'
  /** 200 and headers, and then nothing. */
  | 'hang-after-headers'
  /** A good answer, one byte a second. */
  | 'drip'
  /** 200, and JSON that stops in the middle. */
  | 'invalid-json'
  /** 200, and a page for people, as captive portals and gateways send. */
  | 'html'
  /** 200, and bytes without an end. */
  | 'endless'
  /** An answer with an empty list of choices. */
  | 'no-choices'
  /** An answer whose content is `null`. */
  | 'no-content'
  /** The model declines to answer. */
  | 'refusal'
  /** A good answer that does not say what it took. */
  | 'no-usage'
  /** 404: there is no such model (any more). */
  | 'retired'
  /** JSON, but of no object that anybody asks for. */
  | 'wrong-form'
  /** The first half of the answer: `max_tokens` was reached. */
  | 'cut';
