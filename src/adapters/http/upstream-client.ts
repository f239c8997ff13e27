import type { Clock } from '../../core/index.js';
import { UpstreamBreaker } from './upstream-breaker.js';
import type { UpstreamClientOptions } from './upstream-client.options.js';
import { UpstreamExchange } from './upstream-exchange.js';
import { UpstreamRequestError } from './upstream-request.error.js';
import type { UpstreamAnswer, UpstreamRequest } from './upstream-request.js';

const usualRetries = 2;
const usualPauseMs = 100;
/** What took longer to fail than this may take as long again. */
const quickMs = 500;

/** Reads from one upstream over HTTP: a few attempts within the caller's time, and none while it is known to fail. */
export class UpstreamClient {
  private readonly clock: Clock;
  private readonly exchange: UpstreamExchange;
  private readonly breaker: UpstreamBreaker;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: UpstreamClientOptions) {
    this.clock = options.clock;
    this.exchange = new UpstreamExchange(options);
    this.breaker = new UpstreamBreaker(options.clock, () => {
      for (const tell of this.listeners) tell();
    });
  }

  /**
   * What the upstream says is at a path.
   * @throws UpstreamRequestError; the signal's reason where it was aborted too soon to tell anything
   */
  async get(request: UpstreamRequest): Promise<UpstreamAnswer> {
    let failed: unknown;
    for (let attempt = 1; ; attempt++) {
      const { refusal } = this.breaker;
      if (refusal !== null) throw failed ?? refusal;
      const begunAt = this.clock.now();
      try {
        return await this.breaker.run(request.path, () => this.exchange.ask(request));
      } catch (error) {
        const pauseMs = this.pauseAfter(error, attempt, this.clock.now() - begunAt, request);
        if (pauseMs === null) throw error;
        failed = error;
        await this.pause(pauseMs, request.signal);
      }
    }
  }

  /** Calls `tell` whenever the upstream answers again after it was left alone. */
  onRecovered(tell: () => void): void {
    this.listeners.add(tell);
  }

  /** It would not be asked now. */
  get isLeftAlone(): boolean {
    return this.breaker.refusal !== null;
  }

  /** Ends for good: connections are closed, and what is under way fails. */
  close(): Promise<void> {
    return this.exchange.close();
  }

  /** How long to wait for the next attempt (ms); `null`: there is none. */
  private pauseAfter(
    error: unknown,
    made: number,
    tookMs: number,
    { endsAt, signal }: UpstreamRequest,
  ): number | null {
    const { retries = usualRetries, pauseMs = usualPauseMs, random = Math.random } = this.options;
    if (made > retries || tookMs > quickMs || signal.aborted || !isPassing(error)) return null;
    const ms = pauseMs * 2 ** (made - 1) * (1 - random() / 2);
    return this.clock.now() + ms < endsAt ? ms : null;
  }

  /** @throws the signal's reason */
  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const give = () => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.clock.after(ms, () => {
        signal.removeEventListener('abort', give);
        resolve();
      });
      signal.addEventListener('abort', give, { once: true });
    });
  }
}

/** What another attempt may not meet. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof UpstreamRequestError)) return false;
  const { fault, status, retryAfterMs } = error;
  if (fault === 'status') return retryAfterMs === 0 && (status === 429 || (status ?? 0) >= 500);
  return fault === 'network';
}
