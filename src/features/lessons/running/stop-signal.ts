import { LeaseLostError } from './lease-lost.error.js';
import { LessonCancelledError } from './lesson-cancelled.error.js';
import { LessonSuspendedError } from './lesson-suspended.error.js';

type Reason = LeaseLostError | LessonCancelledError | LessonSuspendedError;

/** Why a run is to stop: the first reason stands, but that a lost lease stands over all. */
export class StopSignal {
  private readonly controller = new AbortController();
  private current: Reason | null = null;

  constructor(private readonly id: string) {}

  /** Aborts the work that is under way. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get reason(): Reason | null {
    return this.current;
  }

  get isLost(): boolean {
    return this.current instanceof LeaseLostError;
  }

  lose(): void {
    if (!this.isLost) this.current = new LeaseLostError(this.id);
    this.controller.abort(this.current);
  }

  cancel(): void {
    this.current ??= new LessonCancelledError(this.id);
    this.controller.abort(this.current);
  }

  /** No step is begun any more; those under way go on until `abort`. */
  suspend(): void {
    this.current ??= new LessonSuspendedError(this.id);
  }

  abort(): void {
    this.controller.abort(this.current);
  }

  /** @throws the reason, where there is one */
  check(): void {
    if (this.current !== null) throw this.current;
  }
}
