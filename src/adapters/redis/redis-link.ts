import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { TierUnavailableError, type LastgoodEvent, type Report } from '../../core/index.js';
import { Probe } from './probe.js';
import { probeAll, type RedisClient } from './redis-client.js';
import { isUnreachable } from './redis-error.js';
import { SharedDeadline } from './shared-deadline.js';

type Operation = Extract<LastgoodEvent, { type: 'tier-failed' }>['operation'];

export interface RedisLinkOptions {
  /** `createRedis`'s, or the user's own: it is never closed here, and must not be closed before the link. */
  readonly client: RedisClient;
  readonly report: Report;
  /** How long one call may take; 45 ms by default: timers are late, and nobody is to wait for more than 50. */
  readonly deadlineMs?: number;
  /** How often it is asked whether it still answers, which nobody may notice otherwise; 5 s by default. */
  readonly lookEveryMs?: number;
}

/**
 * The way to Redis that every command takes: a circuit breaker, open until Redis first answered. The first command
 * that is not answered opens it and fails all that are underway; from then on everything is refused at once, and only
 * a PING in the background finds out that Redis is back. One every few seconds finds out that it is gone, where nobody
 * asks for anything. A command that Redis refuses fails alone.
 */
export class RedisLink {
  readonly client: RedisClient;
  private readonly report: Report;
  private readonly breaker: CircuitBreakerPolicy;
  private readonly calls: SharedDeadline;
  private readonly probe: Probe;
  private readonly upListeners = new Set<() => void>();
  private unanswered = 0;
  private reported: boolean | null = null;
  private lastError: unknown;

  constructor({ client, report, deadlineMs = 45, lookEveryMs = 5_000 }: RedisLinkOptions) {
    if (client.options.keyPrefix)
      throw new TypeError('A keyPrefix of the client is not seen by SCAN: leave it out');
    this.client = client;
    this.report = report;
    this.calls = new SharedDeadline(deadlineMs);
    this.breaker = circuitBreaker(handleWhen(isUnreachable), {
      breaker: new ConsecutiveBreaker(1),
      // When to ask again is the probe's to say: cockatiel would count by the wall clock, which may be set back.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
      initialState: { ownState: { value: CircuitState.Open, openedAt: 0, attemptNo: 1 }, breakerState: 1 },
    });
    this.probe = new Probe(() => this.ask(), lookEveryMs);
    this.breaker.onBreak((reason) => this.wentDown('error' in reason ? reason.error : undefined));
    this.breaker.onReset(() => this.cameUp());
    client.on('error', this.remember);
    for (const event of hopeOrLoss) client.on(event, this.probe.now);
  }

  /** Whether commands are sent at all. */
  get isUp(): boolean {
    return this.breaker.state === CircuitState.Closed;
  }

  /** Connects in the background, and for ever; settled, never rejected, when the first attempt has ended. */
  async start(): Promise<void> {
    await this.probe.start();
    if (!this.isUp) this.failed('start', this.unavailable());
  }

  /** Calls back each time that Redis can be reached again; returns the way to stop. */
  onUp(listener: () => void): () => void {
    this.upListeners.add(listener);
    return () => this.upListeners.delete(listener);
  }

  /**
   * Sends commands, in this tick, and waits for their answers.
   * @throws TierUnavailableError for whatever is not an answer; it is reported
   */
  async run<T>(operation: Operation, work: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.isUp) throw this.failed(operation, this.unavailable());
    try {
      return await this.calls.run(() => work(this.client));
    } catch (error) {
      // What goes well tells a closed breaker nothing.
      if (this.isUp) await this.breaker.execute(() => Promise.reject(error)).catch(ignore);
      throw this.failed(operation, error);
    }
  }

  /** The client is left to whoever made it. */
  close(): void {
    this.probe.stop();
    this.client.off('error', this.remember);
    this.client.on('error', ignore);
    for (const event of hopeOrLoss) this.client.off(event, this.probe.now);
    this.upListeners.clear();
  }

  private async ask(): Promise<boolean> {
    const { client } = this;
    // A client that waits for its first use, or that has given up.
    if (client.status === 'wait' || client.status === 'end') await client.connect().catch(ignore);
    await this.breaker.execute(() => this.calls.run(() => probeAll(client))).catch(ignore);
    this.unanswered = this.isUp ? 0 : this.unanswered + 1;
    // A client that was passed in may wait on a dead socket for ever; ours has given it up by now.
    if (this.unanswered === lostAfter && client.status === 'ready') client.disconnect(true);
    return this.isUp;
  }

  private wentDown(reason: unknown): void {
    // While there is no connection, the client has said why: what a command then says is only that there is none.
    if (this.lastError === undefined || this.client.status === 'ready') this.lastError = reason;
    this.tell(false);
    this.probe.later();
    this.calls.failAll(() => this.unavailable());
  }

  private cameUp(): void {
    this.lastError = undefined;
    this.tell(true);
    for (const listener of this.upListeners) listener();
  }

  private tell(isUp: boolean): void {
    if (this.reported === isUp) return;
    this.reported = isUp;
    this.report({ type: 'tier-state', tier: 'redis', isUp });
  }

  private failed(operation: Operation, error: unknown): TierUnavailableError {
    const told =
      error instanceof TierUnavailableError
        ? error
        : new TierUnavailableError('redis', (error as Error).message, error);
    this.report({ type: 'tier-failed', tier: 'redis', operation, error: told });
    return told;
  }

  private unavailable(): TierUnavailableError {
    return new TierUnavailableError(
      'redis',
      'it does not answer, and is asked in the background',
      this.lastError,
    );
  }

  private readonly remember = (error: unknown): void => {
    this.lastError = error;
  };
}

/** Questions, one each half second. */
const lostAfter = 6;

/** A connection that stands again, or is lost while nobody asks for anything. */
const hopeOrLoss = ['ready', 'close'] as const;

const ignore = (): void => undefined;
