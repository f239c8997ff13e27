import type { Alert } from './alert.js';

/** Somewhere that alerts go to. */
export interface AlertChannel {
  readonly name: string;
  /**
   * Settles when the alert was taken.
   * @throws DeliveryFailure, and anything once the signal is aborted
   */
  send(alert: Alert, signal: AbortSignal): Promise<void>;
}

/** An alert that was not taken. The message goes to the log: it names no address and nothing of its credentials. */
export class DeliveryFailure extends Error {
  constructor(
    message: string,
    /** Whether another attempt may fare better. */
    readonly isPassing: boolean,
  ) {
    super(message);
  }
}
