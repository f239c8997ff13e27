import type { Clock } from '../../core/index.js';
import { SourceRequestError } from './source-request.error.js';

/** One host: so many requests at once, and none while it has asked to be left alone. */
export class HostGate {
  private free: number;
  private heldUntil = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly host: string,
    private readonly clock: Clock,
    private readonly places: number,
  ) {
    this.free = places;
  }

  /** Nobody is inside or waits, and nothing is remembered of it. */
  get isIdle(): boolean {
    return this.free === this.places && this.waiting.size === 0 && this.heldUntil <= this.clock.now();
  }

  /**
   * Settled once there is room; `leave` gives the room back.
   * @throws SourceRequestError `held-off`, and the signal's reason
   */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.check();
    if (this.free > 0) this.free -= 1;
    else await this.turn(signal);
    try {
      this.check();
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  leave(): void {
    const [next] = this.waiting;
    if (next === undefined) this.free += 1;
    else next();
  }

  holdOff(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.clock.now() + ms);
  }

  private check(): void {
    const retryAfterMs = this.heldUntil - this.clock.now();
    if (retryAfterMs <= 0) return;
    const message = `${this.host} asked not to be asked for another ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new SourceRequestError('held-off', message, { retryAfterMs });
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.waiting.delete(proceed);
        signal.removeEventListener('abort', give);
      };
      const proceed = () => {
        end();
        resolve();
      };
      const give = () => {
        end();
        reject(signal.reason as Error);
      };
      this.waiting.add(proceed);
      signal.addEventListener('abort', give);
    });
  }
}
