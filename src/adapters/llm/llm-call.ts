import type { Clock } from '../../core/index.js';
import { AttemptFault } from './attempt-fault.js';
import type { CallDeadline } from './call-deadline.js';
import type { LlmAnswer, LlmAttempt, LlmUsage } from './llm-answer.js';
import { LlmCallError } from './llm-call.error.js';
import type { LlmFailure } from './llm-failure.js';
import type { ModelGate } from './model-gate.js';
import type { RetryBudget } from './retry-budget.js';

const mostAttempts = 3;

/** What another attempt may not meet. */
const passing: ReadonlySet<LlmFailure> = new Set<LlmFailure>([
  'timeout',
  'rate-limited',
  'upstream-failed',
  'answer-invalid',
]);

/** What one attempt brings. */
export interface Answered<T> {
  readonly value: T;
  readonly servedModel: string;
  readonly isCut: boolean;
  readonly usage: LlmUsage | null;
}

export interface LlmCallOptions<T> {
  readonly modelId: string;
  readonly maxRetries: number;
  /** One attempt. @throws AttemptFault */
  readonly ask: () => Promise<Answered<T>>;
  readonly clock: Clock;
  readonly deadline: CallDeadline;
  readonly gate: ModelGate;
  readonly budget: RetryBudget;
  readonly backOffMs: number;
  readonly maxRetryAfterMs: number;
  readonly random: () => number;
}

/** One call: its attempts, and the pauses between them. */
export class LlmCall<T> {
  private readonly attempts: LlmAttempt[] = [];
  private readonly startedAt: number;

  constructor(private readonly options: LlmCallOptions<T>) {
    this.startedAt = options.clock.now();
  }

  /** @throws LlmCallError, or the reason for which the caller gave up */
  async run(): Promise<LlmAnswer<T>> {
    const { gate, budget, deadline, clock } = this.options;
    const { refusal } = gate;
    if (refusal !== null) throw this.failed(refusal);
    budget.earn();
    for (;;) {
      const result = await this.attempt();
      if (!(result instanceof AttemptFault)) {
        const { value, servedModel, isCut } = result;
        const durationMs = clock.now() - this.startedAt;
        return { value, servedModel, isCut, durationMs, attempts: this.attempts };
      }
      const pauseMs = this.pauseAfter(result);
      if (pauseMs === null) throw this.failed(result);
      await deadline.pause(pauseMs);
      // Others may have found out by now.
      if (gate.refusal !== null) throw this.failed(result);
    }
  }

  private async attempt(): Promise<Answered<T> | AttemptFault> {
    const { gate, deadline, ask, clock } = this.options;
    const startedAt = clock.now();
    const record = (outcome: LlmAttempt['outcome'], usage: LlmUsage | null) =>
      this.attempts.push({ outcome, durationMs: clock.now() - startedAt, usage });
    try {
      const answered = await gate.run(() => deadline.race(ask()));
      record('ok', answered.usage);
      return answered;
    } catch (error) {
      if (!(error instanceof AttemptFault)) throw error;
      record(error.failure, error.usage);
      return error;
    }
  }

  /** How long to wait for the next attempt (ms); `null`: there is none. */
  private pauseAfter({ failure, retryAfterMs }: AttemptFault): number | null {
    const { maxRetries, deadline, gate, budget, maxRetryAfterMs, backOffMs, random } = this.options;
    const made = this.attempts.length;
    if (!passing.has(failure) || made >= Math.min(1 + maxRetries, mostAttempts)) return null;
    const askedMs = retryAfterMs ?? 0;
    const pauseMs = Math.max(askedMs, backOffMs * 2 ** (made - 1) * (1 - random() / 2));
    if (askedMs > maxRetryAfterMs || pauseMs >= deadline.remainingMs || gate.refusal !== null) return null;
    return budget.spend() ? pauseMs : null;
  }

  private failed(fault: AttemptFault): LlmCallError {
    return new LlmCallError(this.options.modelId, fault.failure, fault.message, this.attempts, fault);
  }
}
