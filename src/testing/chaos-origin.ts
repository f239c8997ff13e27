import type { Loaded, LoadRequest, Origin } from '../core/load/origin.js';
import type { Chaos } from './chaos.js';

/** Any origin, with mishaps. */
export class ChaosOrigin<T> implements Origin<T> {
  constructor(
    private readonly inner: Origin<T>,
    private readonly chaos: Chaos,
  ) {}

  load(key: string, request: LoadRequest<T>): Promise<Loaded<T>> {
    return this.chaos.befall(() => this.inner.load(key, request));
  }
}
