import type { Clock } from '../clock.js';
import { TierUnavailableError } from '../errors/tier-unavailable.error.js';
import type { LastgoodEvent, Report } from '../events.js';
import type { TierName } from './tier.js';

/** Several times what an adapter allows itself. */
const longestMs = 500;

export interface Patience {
  readonly clock: Clock;
  readonly report: Report;
  readonly tier: TierName;
  readonly operation: Extract<LastgoodEvent, { type: 'tier-failed' }>['operation'];
  /** The deadline of a load, which a tier may use up a quarter of. */
  readonly hardTimeoutMs: number;
}

/**
 * What a tier or a lock answers. Adapters promise to settle within a deadline of their own: one that breaks its word
 * costs a reader a part of its time, and never all of it.
 * @throws TierUnavailableError when it does not settle in time, and what it rejects with
 */
export function inTime<R>(work: Promise<R>, patience: Patience): Promise<R> {
  const { clock, report, tier, operation, hardTimeoutMs } = patience;
  const ms = Math.min(longestMs, hardTimeoutMs / 4);
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      const error = new TierUnavailableError(tier, `no answer within ${ms} ms`);
      report({ type: 'tier-failed', tier, operation, error });
      reject(error);
    });
    work.then(
      (answer) => {
        cancel();
        resolve(answer);
      },
      (error: Error) => {
        cancel();
        reject(error);
      },
    );
  });
}
