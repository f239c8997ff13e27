import type { Loaded, LoadRequest, Origin } from '../core/load/origin.js';

type Answer<T> = () => Promise<Loaded<T>>;

/** An origin that does what it is told, and counts. */
export class FakeOrigin<T> implements Origin<T> {
  readonly requests: { readonly key: string; readonly request: LoadRequest<T> }[] = [];
  private next: Answer<T>;

  constructor(value: T) {
    this.next = async () => ({ value });
  }

  get loads(): number {
    return this.requests.length;
  }

  answer(loaded: Loaded<T>): void {
    this.next = async () => loaded;
  }

  fail(error: Error): void {
    this.next = async () => {
      throw error;
    };
  }

  /** Answers when the returned function is called; until then the load hangs. */
  hang(): (loaded: Loaded<T>) => void {
    let release!: (loaded: Loaded<T>) => void;
    const answer = new Promise<Loaded<T>>((resolve) => {
      release = resolve;
    });
    this.next = () => answer;
    return release;
  }

  load(key: string, request: LoadRequest<T>): Promise<Loaded<T>> {
    this.requests.push({ key, request });
    return this.next();
  }
}
