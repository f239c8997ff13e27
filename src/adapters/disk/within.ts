import type { CancelTimer, Clock } from '../../core/clock.js';

/** Marks that the time was over before the work was. */
export const overdue = Symbol('overdue');

/**
 * What `work` settles with, or `overdue` when that takes more than `ms`; the work itself goes on. An answer that is
 * there already when a busy event loop comes to look counts as in time.
 */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | typeof overdue> {
  let cancel: CancelTimer | undefined;
  const end = new Promise<typeof overdue>((resolve) => {
    cancel = clock.after(ms, () => setImmediate(resolve, overdue));
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    cancel?.();
  }
}
