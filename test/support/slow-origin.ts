import type { Loaded, LoadRequest, Origin } from '../../src/core/load/origin.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';

/** An origin that takes so long for a load, and gives another value each time. */
export class SlowOrigin implements Origin<string> {
  calls = 0;
  /** The most that ran at one time. */
  most = 0;
  /** What it answers in place of a value. */
  answer: 'value' | 'error' | 'absent' = 'value';
  private running = 0;

  constructor(
    private readonly clock: VirtualClock,
    public ms: number,
  ) {}

  async load(_key: string, { signal }: LoadRequest<string>): Promise<Loaded<string>> {
    this.calls += 1;
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    const value = `value ${this.calls}`;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(this.ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
    this.running -= 1;
    if (signal.aborted) throw new Error('aborted');
    if (this.answer === 'error') throw new Error('down');
    return this.answer === 'absent' ? { absent: true, message: 'no such key' } : { value };
  }
}
