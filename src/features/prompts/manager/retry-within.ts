import { AppError, type Clock } from '../../../core/index.js';

const attemptsInAll = 3;
const firstPauseMs = 500;

export interface RetryOptions {
  readonly clock: Clock;
  /** Uniform in 0..1. */
  readonly random: () => number;
  /** Milliseconds for all attempts and the pauses between them. */
  readonly deadlineMs: number;
  /** Aborted: there is no time left. */
  readonly closed?: AbortSignal | undefined;
}

/** What came of it when no attempt succeeded. */
export interface Exhausted {
  readonly attempts: number;
  /** Why the last attempt failed, or the last one that ended before the time did. */
  readonly lastError: unknown;
  /** Milliseconds until another attempt can help, as far as is known. */
  readonly retryAfterMs: number;
}

/**
 * Three attempts at most, with pauses from half a second doubling, half of each random, inside a deadline that ends
 * whatever still hangs. Errors that trying again does not mend are thrown as they are, at once; so is nothing waited
 * for that cannot come in time.
 * @param giveUp makes the error of it
 */
export async function retryWithin<R>(
  { clock, random, deadlineMs, closed }: RetryOptions,
  work: (signal: AbortSignal) => Promise<R>,
  giveUp: (exhausted: Exhausted) => Error,
): Promise<R> {
  const endsAt = clock.now() + deadlineMs;
  const end = endAfter(clock, deadlineMs, closed);
  let attempts = 0;
  let lastError: unknown;
  try {
    for (;;) {
      attempts++;
      try {
        return await end.limit(work(end.signal));
      } catch (error) {
        if (error instanceof AppError && !error.retryable) throw error;
        // An answer, though a bad one, says more than that there was none in time.
        if (!end.signal.aborted || attempts === 1) lastError = error;
      }
      const retryAfterMs = retryAfterOf(lastError);
      const pauseMs = Math.max(retryAfterMs, (firstPauseMs * 2 ** (attempts - 1) * (1 + random())) / 2);
      const isOver = attempts >= attemptsInAll || clock.now() + pauseMs >= endsAt;
      if (!isOver) await pause(clock, pauseMs, end.signal);
      if (isOver || end.signal.aborted) throw giveUp({ attempts, lastError, retryAfterMs });
    }
  } finally {
    end.cancel();
  }
}

function endAfter(clock: Clock, ms: number, closed: AbortSignal | undefined) {
  const controller = new AbortController();
  let fail!: (error: Error) => void;
  const passed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  passed.catch(() => undefined);
  const abort = (error: Error) => {
    fail(error);
    controller.abort(error);
  };
  const cancelTimer = clock.after(ms, () => abort(new Error(`No answer within ${ms} ms`)));
  const close = () => abort(closed!.reason as Error);
  closed?.addEventListener('abort', close);
  const cancel = () => {
    cancelTimer();
    closed?.removeEventListener('abort', close);
  };
  const limit = <R>(work: Promise<R>): Promise<R> => Promise.race([work, passed]);
  return { signal: controller.signal, cancel, limit };
}

/** Ends with the signal too, and leaves no timer behind, which may keep a process. */
const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    const abort = () => {
      cancel();
      resolve();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });

function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? retryAfterMs : 0;
}
