import type { Deadline } from './deadline.js';

/** At the origin, of which there are so many: who finds none free waits for one, in the order of coming. */
export class Places {
  private taken = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly most: number) {}

  /**
   * `null` for a place at once.
   * @throws LoadTimeoutError when none came free in time; then none is taken
   */
  take(deadline: Deadline): Promise<void> | null {
    if (this.taken >= this.most) return this.wait(deadline);
    this.taken++;
    return null;
  }

  /** Gives the place to who has waited longest. */
  leave(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.taken--;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  private async wait(deadline: Deadline): Promise<void> {
    let go!: () => void;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.waiting.add(go);
    try {
      await deadline.limit(() => turn);
    } catch (error) {
      // It came free at the last moment.
      if (!this.waiting.delete(go)) this.leave();
      throw error;
    }
  }
}
