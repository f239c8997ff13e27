import { UnavailableError, type Clock, type EntryMap } from '../../../core/index.js';
import { PromptManager } from '../manager/prompt-manager.js';
import { toPromptQuery, type PromptRequest, type PromptSubject } from '../manager/prompt-request.js';
import { retryWithin } from '../manager/retry-within.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import type { HeldPrompt } from './held-prompt.js';
import { HttpPromptSource } from './http-prompt-source.js';
import { ServiceClient, type Token } from './service-client.js';
import type { Warmed } from './warm-prompts.js';

interface CommonOptions {
  /** Where the service is, such as `https://prompts.example`. */
  readonly url: string;
  /** What is loaded is fresh no longer than this (ms), be the template's `cache_ttl` longer. */
  readonly maxAgeMs?: number;
  /** What was loaded longer ago is asked for again behind the answer (ms). Default 5 s. */
  readonly revalidateAfterMs?: number;
  /** For all attempts at one prompt (ms). Default 8 s. */
  readonly deadlineMs?: number;
  /** For one request (ms). Default 2 s. */
  readonly timeoutMs?: number;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** An API key of the service, or the token of a person, which may change. */
export type PromptClientOptions = CommonOptions & ({ readonly apiKey: string } | { readonly token: Token });

export interface PromptClientParts {
  readonly clock: Clock;
  /** Bounded: a process may serve any number of people. */
  readonly entries: EntryMap<HeldPrompt>;
  /** Uniform in 0..1. */
  readonly random?: () => number;
}

const usualRevalidateAfterMs = 5_000;
const usualTimeoutMs = 2_000;
const usualDeadlineMs = 8_000;

/** Prompts in a process of their own: rendered there from what the service said, while it is away too. */
export class PromptClient {
  private readonly manager: PromptManager;
  private readonly service: ServiceClient;
  private readonly source: HttpPromptSource;
  private readonly retries: { clock: Clock; random: () => number; deadlineMs: number; closed: AbortSignal };
  private readonly closing = new AbortController();

  constructor(options: PromptClientOptions, { clock, entries, random = Math.random }: PromptClientParts) {
    const { url, deadlineMs = usualDeadlineMs, timeoutMs = usualTimeoutMs } = options;
    const token = 'token' in options ? options.token : options.apiKey;
    this.service = new ServiceClient({ url, token, timeoutMs, clock, fetch: options.fetch ?? fetch });
    this.source = new HttpPromptSource({
      service: this.service,
      clock,
      entries,
      maxAgeMs: options.maxAgeMs ?? Number.POSITIVE_INFINITY,
      revalidateAfterMs: options.revalidateAfterMs ?? usualRevalidateAfterMs,
      timeoutMs,
    });
    this.retries = { clock, random, deadlineMs, closed: this.closing.signal };
    this.manager = new PromptManager({ source: this.source, ...this.retries });
  }

  /** As `PromptManager.render`; also throws PromptServiceRefusedError where the service does not take this caller. */
  async render(request: PromptRequest): Promise<RenderedPrompt> {
    this.assertOpen();
    return this.manager.render(request);
  }

  /**
   * Loads what will be asked for, a hundred in a call; what cannot be loaded is counted and left to `render`.
   * @throws PromptInvalidError for a bad name, UnavailableError or PromptServiceRefusedError where a call fails
   */
  async warm(subjects: readonly PromptSubject[]): Promise<Warmed> {
    this.assertOpen();
    const queries = subjects.map(toPromptQuery);
    let all: Warmed = { loaded: 0, failed: 0 };
    for (let from = 0; from < queries.length; from += promptLimits.batch) {
      const batch = queries.slice(from, from + promptLimits.batch);
      const { loaded, failed } = await retryWithin(
        this.retries,
        (signal) => this.source.warm(batch, signal),
        ({ lastError, retryAfterMs }) =>
          new UnavailableError('The prompt service gave no answer', retryAfterMs, lastError),
      );
      all = { loaded: all.loaded + loaded, failed: all.failed + failed };
    }
    return all;
  }

  /** Ends what is under way and forgets everything. */
  close(): void {
    this.closing.abort(closedError());
    this.service.close();
    this.source.clear();
  }

  private assertOpen(): void {
    if (this.closing.signal.aborted) throw closedError();
  }
}

const closedError = () => new Error('This prompt client is closed');
