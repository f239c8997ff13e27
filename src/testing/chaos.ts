import type { Clock } from '../core/clock.js';

/** What befalls one call of a port. */
export type Mishap =
  | { readonly kind: 'pass' }
  | { readonly kind: 'throw'; readonly error?: Error }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'hang' };

/** Decides, call by call, what befalls it. Switch it while a rehearsal runs. */
export class Chaos {
  private decide: () => Mishap = () => ({ kind: 'pass' });

  constructor(private readonly clock: Clock) {}

  alwaysPass(): void {
    this.decide = () => ({ kind: 'pass' });
  }

  alwaysThrow(error = new Error('chaos: thrown')): void {
    this.decide = () => ({ kind: 'throw', error });
  }

  alwaysDelay(ms: number): void {
    this.decide = () => ({ kind: 'delay', ms });
  }

  alwaysHang(): void {
    this.decide = () => ({ kind: 'hang' });
  }

  /** `random` answers uniformly in 0..1; `share` of the calls throw. */
  sometimesThrow(share: number, random: () => number): void {
    this.decide = () => (random() < share ? { kind: 'throw' } : { kind: 'pass' });
  }

  async befall<R>(call: () => Promise<R>): Promise<R> {
    const mishap = this.decide();
    switch (mishap.kind) {
      case 'pass':
        return call();
      case 'throw':
        throw mishap.error ?? new Error('chaos: thrown');
      case 'delay':
        await new Promise<void>((resolve) => this.clock.after(mishap.ms, resolve));
        return call();
      case 'hang':
        return new Promise<R>(() => undefined);
    }
  }
}
