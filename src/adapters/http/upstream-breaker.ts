import { circuitBreaker, CircuitState, handleWhen } from 'cockatiel';
import type { Clock } from '../../core/index.js';
import { UpstreamRequestError } from './upstream-request.error.js';

/** Attempts that fail one after another. */
const breakAfter = 5;
/** Of so many paths: what fails alone is no reason to ask for nothing else. Who asks for it leaves it alone anyway. */
const leastPaths = 3;
const firstOpenMs = 2_000;
const longestOpenMs = 30_000;

/**
 * Whether the upstream is asked: not for 2 s after five attempts in a row failed, at three paths at least, then by one
 * request, and for twice as long, up to 30 s, each time that one fails too; nor while it has asked to be left alone.
 */
export class UpstreamBreaker {
  private openUntil = Number.NEGATIVE_INFINITY;
  private heldUntil = Number.NEGATIVE_INFINITY;
  private openForMs = firstOpenMs;
  /** Attempts that failed since the last success, and the first paths of theirs. */
  private failures = 0;
  private readonly failedPaths = new Set<string>();
  private readonly breaker = circuitBreaker(
    handleWhen((error) => this.counts(error)),
    {
      breaker: {
        state: 0,
        success: () => {
          this.failures = 0;
          this.failedPaths.clear();
        },
        failure: () => ++this.failures >= breakAfter && this.failedPaths.size >= leastPaths,
      },
      // When to ask again is told by `openUntil`: cockatiel would count by the wall clock, which may be set back.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
    },
  );

  constructor(
    private readonly clock: Clock,
    recovered: () => void,
  ) {
    this.breaker.onBreak((reason) => {
      // A probe that nobody waited for has proved nothing: the next request is one.
      if (!('error' in reason && isFailure(reason.error))) return;
      this.openUntil = this.clock.now() + this.openForMs;
      this.openForMs = Math.min(longestOpenMs, 2 * this.openForMs);
    });
    this.breaker.onReset(() => {
      this.openForMs = firstOpenMs;
      recovered();
    });
  }

  /** Why the upstream is not asked now; `null`: it is. */
  get refusal(): UpstreamRequestError | null {
    const now = this.clock.now();
    if (now < this.heldUntil) return refused('asked not to be asked', this.heldUntil - now);
    const { state } = this.breaker;
    if (state === CircuitState.HalfOpen) return refused('is being tried after it failed', 0);
    if (state === CircuitState.Open && now < this.openUntil)
      return refused('is left alone, because its last attempts failed', this.openUntil - now);
    return null;
  }

  /**
   * Asks at a path, in this tick, and learns from how it went. Only where `refusal` says nothing against it.
   * @throws whatever the work throws
   */
  async run<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.execute(() => work().catch((error: unknown) => this.note(path, error)));
    } catch (error) {
      const waitMs = error instanceof UpstreamRequestError ? error.retryAfterMs : 0;
      if (waitMs > 0) this.heldUntil = Math.max(this.heldUntil, this.clock.now() + waitMs);
      throw error;
    }
  }

  private note(path: string, error: unknown): never {
    if (isFailure(error) && this.failedPaths.size < leastPaths) this.failedPaths.add(path);
    throw error;
  }

  private counts(error: Error): boolean {
    if (error instanceof UpstreamRequestError) return isFailure(error);
    // It was given up too soon: cockatiel would take a probe that ends so for one that went well.
    return this.breaker.state === CircuitState.HalfOpen;
  }
}

/** What speaks against the upstream, not against one request or the key. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof UpstreamRequestError)) return false;
  const { fault, status } = error;
  if (fault === 'status') return status === 429 || (status ?? 0) >= 500;
  return fault === 'timeout' || fault === 'network';
}

function refused(why: string, retryAfterMs: number): UpstreamRequestError {
  const until = retryAfterMs > 0 ? ` for another ${Math.ceil(retryAfterMs)} ms` : '';
  return new UpstreamRequestError('not-tried', `The upstream ${why}${until}`, { retryAfterMs });
}
