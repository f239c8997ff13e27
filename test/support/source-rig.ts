import { HttpSourceClient } from '../../src/adapters/http/http-source-client.js';
import type { AnswerFacts, ConditionalAnswer } from '../../src/adapters/http/conditional-request.js';
import type { Resolve } from '../../src/adapters/http/guarded-connector.js';
import type { SourceRequestError } from '../../src/adapters/http/source-request.error.js';
import { FeedUpstream, VirtualClock } from '../../src/testing/index.js';

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly held?: AnswerFacts | null;
  readonly signal?: AbortSignal;
}

/** A client of sources, and a source of this machine that it may ask. */
export class SourceRig {
  private constructor(
    readonly clock: VirtualClock,
    readonly upstream: FeedUpstream,
    readonly client: HttpSourceClient,
  ) {}

  static async start(resolve?: Resolve): Promise<SourceRig> {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1, 12));
    const upstream = await FeedUpstream.start({ now: () => clock.wall() });
    const allowed = [upstream.host];
    return new SourceRig(
      clock,
      upstream,
      new HttpSourceClient({ clock, allowed, ...(resolve && { resolve }) }),
    );
  }

  /** A URL of the source. */
  at(path: string): string {
    return `http://${this.upstream.host}${path}`;
  }

  ask(url: string, asked: Asked = {}): Promise<ConditionalAnswer> {
    const { headers = {}, held = null, signal = new AbortController().signal } = asked;
    return this.client.ask({ url, accept: '*/*', headers, held, signal });
  }

  /** As `ask`, of what answers with a body. */
  async body(url: string, asked?: Asked): Promise<Extract<ConditionalAnswer, { kind: 'body' }>> {
    const answer = await this.ask(url, asked);
    if (answer.kind !== 'body') throw new Error(`Expected a body, got ${answer.kind}`);
    return answer;
  }

  /** What a request is refused by. */
  async refusal(url: string, asked?: Asked): Promise<SourceRequestError> {
    return this.ask(url, asked).then(
      ({ kind }) => {
        throw new Error(`Expected a refusal, got ${kind}`);
      },
      (error: unknown) => error as SourceRequestError,
    );
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.upstream.close();
  }
}
