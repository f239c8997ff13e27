import type { Clock } from '../../core/index.js';

/**
 * Lets messages about so many subjects through in a minute, and counts the rest: subjects are chosen by callers, and
 * one of them must not be able to fill the log.
 */
export class SubjectCap {
  private readonly windows = new Map<string, { passed: number; heldBack: number }>();

  constructor(
    private readonly clock: Clock,
    /** Of one group in one window. */
    private readonly maxSubjects: number,
    private readonly windowMs: number,
    /** Told once at the end of a window in which something was held back. */
    private readonly tell: (group: string, heldBack: number) => void,
  ) {}

  /** Whether a message of this group may be written now. Groups are ours, so that there are few. */
  admits(group: string): boolean {
    const window = this.windows.get(group) ?? this.open(group);
    if (window.passed < this.maxSubjects) {
      window.passed++;
      return true;
    }
    window.heldBack++;
    return false;
  }

  private open(group: string): { passed: number; heldBack: number } {
    const window = { passed: 0, heldBack: 0 };
    this.windows.set(group, window);
    this.clock.after(this.windowMs, () => {
      this.windows.delete(group);
      if (window.heldBack > 0) this.tell(group, window.heldBack);
    });
    return window;
  }
}
