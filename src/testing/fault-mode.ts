/** What a {@link TcpFaultProxy} does to the connections that run through it. */
export type FaultMode =
  /** Everything flows. */
  | 'pass'
  /** Nobody listens any more, and what was connected is closed. */
  | 'refuse'
  /** Connections are accepted, nothing flows in either direction and nobody is told. */
  | 'black-hole'
  /** What the client says arrives, what the server answers is lost. */
  | 'half-open'
  /** Old and new connections end with an RST. */
  | 'reset'
  /** Each chunk from the server arrives with one byte flipped. */
  | 'corrupt'
  /** Each chunk arrives `delayMs` milliseconds late, in both directions and in order. */
  | { kind: 'slow'; delayMs: number }
  /** A reply is all that the server sends until the client speaks again: after `afterBytes` of one the connection closes. */
  | { kind: 'truncate'; afterBytes: number };
