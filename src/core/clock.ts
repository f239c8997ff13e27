/** Takes back a timer that has not fired; harmless afterwards. */
export type CancelTimer = () => void;

/** The only source of time for the core. All moments and durations are milliseconds. */
export interface Clock {
  /**
   * A timeline that starts at the wall clock's time and never runs backwards: neither a clock step nor a
   * suspended machine makes an age smaller than it is (PROTOCOL CO-14). One cheap call.
   */
  now(): number;
  /** Milliseconds since the Unix epoch, as the operating system says; for dates that people read. */
  wall(): number;
  /**
   * Compares wall clock and monotonic clock; returns by how much they have disagreed in all, step by step, so that
   * everybody who asks can tell what was new since they last did.
   */
  sync(): number;
  /** Calls `fire` once after `ms`; does not keep the process alive. */
  after(ms: number, fire: () => void): CancelTimer;
}
