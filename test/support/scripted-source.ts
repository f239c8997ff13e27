import { UnavailableError } from '../../src/core/index.js';
import type {
  ConditionalAnswer,
  ConditionalRequest,
  SourceClient,
} from '../../src/platform/sources/index.js';
import type { VirtualClock } from '../../src/testing/index.js';

/** A source that answers what it is told to, when it is told to. */
export class ScriptedSource implements SourceClient {
  asked: string[] = [];
  answersInMs = 0;
  /** `null`: it is down. */
  text: (url: string) => string | null = () => null;
  isAbsent = false;

  constructor(private readonly clock: VirtualClock) {}

  async ask({ url, signal }: ConditionalRequest): Promise<ConditionalAnswer> {
    this.asked.push(url);
    if (this.answersInMs > 0)
      await new Promise<void>((resolve) => void this.clock.after(this.answersInMs, resolve));
    signal.throwIfAborted();
    if (this.isAbsent) return { kind: 'absent' };
    const text = this.text(url);
    if (text === null) throw new UnavailableError('it is down', 7_000);
    const facts = {
      etag: null,
      lastModified: null,
      observedAt: this.clock.wall(),
      freshForMs: null,
      policy: null,
    };
    return { kind: 'body', text, mediaType: 'application/json', facts };
  }
}
