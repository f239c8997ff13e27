import type { Clock } from '../core/clock.js';

/** What befalls one call of a port. */
export type Mishap =
  | { readonly kind: 'pass' }
  | { readonly kind: 'throw'; readonly error?: Error }
  /** It is carried out late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** It is carried out, and its answer comes late. */
  | { readonly kind: 'late'; readonly ms: number }
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

  always(mishap: Mishap): void {
    this.decide = () => mishap;
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
        await this.pass(mishap.ms);
        return call();
      case 'late': {
        const answer = call();
        answer.catch(() => undefined);
        await this.pass(mishap.ms);
        return answer;
      }
      case 'hang':
        return new Promise<R>(() => undefined);
    }
  }

  /** Fires so much late. */
  delay(ms: number, fire: () => void): void {
    if (ms === 0) fire();
    else this.clock.after(ms, fire);
  }

  private pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.delay(ms, resolve));
  }
}
