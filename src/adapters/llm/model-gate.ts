import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import type { Clock } from '../../core/index.js';
import { AttemptFault } from './attempt-fault.js';
import type { LlmFailure } from './llm-failure.js';

/** Attempts that fail one after another. */
const breakAfter = 5;
const openForMs = 30_000;
const goneForMs = 300_000;

/** What speaks against the model, not against one request, its form or the key. */
const heldAgainst: ReadonlySet<LlmFailure> = new Set<LlmFailure>(['timeout', 'upstream-failed']);

/**
 * Whether a model is asked: not for 30 s after five attempts in a row failed, then by one call at a time until one is
 * answered; not for five minutes after the upstream said that it has no such model.
 */
export class ModelGate {
  private goneUntil = Number.NEGATIVE_INFINITY;
  private openUntil = Number.NEGATIVE_INFINITY;
  private readonly breaker = circuitBreaker(
    handleWhen((error) => this.counts(error)),
    {
      breaker: new ConsecutiveBreaker(breakAfter),
      // When to ask again is told by `openUntil`: cockatiel would count by the wall clock, which may be set back.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
    },
  );

  constructor(private readonly clock: Clock) {
    this.breaker.onBreak((reason) => {
      // A probe that nobody waited for has proved nothing: the next call is one.
      const isProof = 'error' in reason && reason.error instanceof AttemptFault;
      if (isProof) this.openUntil = this.clock.now() + openForMs;
    });
  }

  /** Why the model is not asked now; `null`: it is. */
  get refusal(): AttemptFault | null {
    const now = this.clock.now();
    if (now < this.goneUntil)
      return new AttemptFault('model-gone', 'the upstream had no such model when it was last asked (404)');
    const { state } = this.breaker;
    const isProbed = state === CircuitState.HalfOpen;
    if (isProbed || (state === CircuitState.Open && now < this.openUntil))
      return new AttemptFault('breaker-open', 'not asked, because its last attempts failed');
    return null;
  }

  /**
   * Asks, in this tick, and learns from how it went. Only for a model that `refusal` says nothing against.
   * @throws whatever the work throws
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.execute(work);
    } catch (error) {
      const isGone = error instanceof AttemptFault && error.failure === 'model-gone';
      if (isGone) this.goneUntil = this.clock.now() + goneForMs;
      throw error;
    }
  }

  private counts(error: Error): boolean {
    if (error instanceof AttemptFault) return heldAgainst.has(error.failure);
    // Its caller has left: cockatiel would take a probe that fails with anything else for one that went well.
    return this.breaker.state === CircuitState.HalfOpen;
  }
}
