/** Why an attempt, or a call, gave no answer. */
export type LlmFailure =
  /** No (whole) answer within the deadline. */
  | 'timeout'
  /** 429. */
  | 'rate-limited'
  /** 5xx and 408, a connection that cannot be made or breaks, a body that is not what the API promises. */
  | 'upstream-failed'
  /** 404 in the form of the API: the upstream has no such model. It is not asked for it again for five minutes. */
  | 'model-gone'
  /** 401: it is the key. */
  | 'unauthorized'
  /** Any other 4xx, and redirects: asking again would get the same. */
  | 'refused'
  /** The text is not in the form that was asked for, or there is none. */
  | 'answer-invalid'
  /** More than the cap. */
  | 'answer-too-large'
  /** The model's breaker is open: it was not asked. */
  | 'breaker-open';
