import { takeToken, type BucketRate, type Clock, type Taken, type TokenBucket } from '../core/index.js';

/** Buckets that a fleet shares, on a virtual clock: they answer, are slow, fail or hang. */
export class FakeTokenBucket implements TokenBucket {
  isUp = true;
  mode: 'answer' | 'fail' | 'hang' = 'answer';
  /** How long an answer takes. */
  latencyMs = 0;
  asked = 0;
  private readonly fullAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly rate: BucketRate,
  ) {}

  async take(name: string): Promise<Taken> {
    this.asked++;
    if (this.mode === 'fail') throw new Error('The shared bucket does not answer');
    if (this.mode === 'hang') return new Promise(() => undefined);
    const { fullAt, ...taken } = takeToken(this.fullAt.get(name), this.clock.now(), this.rate);
    this.fullAt.set(name, fullAt);
    if (this.latencyMs > 0) await new Promise<void>((resolve) => this.clock.after(this.latencyMs, resolve));
    return taken;
  }
}
