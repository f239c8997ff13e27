import { Inject, Injectable } from '@nestjs/common';
import { UnavailableError, type Mirrors, type Reader } from '../../../core/index.js';
import { sha256Of } from '../../../platform/audit/index.js';
import { cacheStream, NamespaceRegistry } from '../../../platform/cache/index.js';
import { IdempotencyKeyReusedError } from '../../../platform/http/index.js';
import type { PushOutcome } from './push-outcome.js';

const pushesNamespace = 'signal-pushes';
const dayMs = 86_400_000;

/** Of whom a push comes, and the name that they gave it. */
export interface PushKey {
  readonly key: string;
  /** Two callers may use the same key for different things. */
  readonly by: string;
}

interface KeptAnswer {
  readonly request: string;
  readonly outcome: PushOutcome;
}

/**
 * What was answered to pushes with an idempotency key: for a day, in memory and in Redis, as far as there is room. One
 * that is forgotten does no harm: what is pushed again is the same observation.
 */
@Injectable()
export class PushAnswers {
  private readonly reader: Reader<KeptAnswer>;
  private readonly mirrors: Mirrors<KeptAnswer>;
  private readonly running = new Map<string, Promise<PushOutcome>>();

  constructor(@Inject(NamespaceRegistry) registry: NamespaceRegistry) {
    this.reader = registry.register<KeptAnswer>({
      namespace: pushesNamespace,
      policy: {
        maxAgeMs: dayMs,
        staleWhileRevalidateMs: 0,
        staleIfErrorMs: 0,
        softTimeoutMs: 0,
        hardTimeoutMs: 2_000,
        negativeMaxAgeMs: 0,
        jitter: 0,
        invalidatedMaxStaleMs: 0,
      },
      stream: cacheStream,
      confirmedBy: 'load',
      origin: { load: () => Promise.reject(new UnavailableError('Answers to pushes have no origin', 0)) },
      onDisk: false,
    });
    this.mirrors = registry.get(pushesNamespace).mirrors as Mirrors<KeptAnswer>;
  }

  /**
   * The answer that this key got before, or that of `push`; one after the other.
   * @param request everything that makes two pushes the same
   * @throws IdempotencyKeyReusedError, and what `push` throws, which is not kept; nor is an answer that tells of a tier
   * that failed
   */
  async once({ key, by }: PushKey, request: unknown, push: () => Promise<PushOutcome>): Promise<PushOutcome> {
    const name = sha256Of([by, key]);
    const before = this.running.get(name);
    const mine = (before ?? Promise.resolve()).then(
      () => this.answer(name, sha256Of(request), push),
      () => this.answer(name, sha256Of(request), push),
    );
    this.running.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.running.get(name) === mine) this.running.delete(name);
    }
  }

  private async answer(
    name: string,
    request: string,
    push: () => Promise<PushOutcome>,
  ): Promise<PushOutcome> {
    const kept = await this.find(name);
    if (kept !== null) {
      if (kept.request !== request) throw new IdempotencyKeyReusedError();
      return { ...kept.outcome, repeated: true };
    }
    const outcome = await push();
    // Whoever repeats it then gives the value to the tier that had failed.
    const isWhole = !Object.values(outcome.tiers).includes('failed');
    if (isWhole) await this.reader.put(name, { request, outcome });
    return outcome;
  }

  /** Looked for and never loaded: where nothing is found that counts, somebody else may find it all the same. */
  private async find(name: string): Promise<KeptAnswer | null> {
    const { cache } = this.reader;
    if (!cache.has(name)) await this.mirrors.find(name);
    const read = cache.get(name);
    return read === null || read.absent || read.isStale ? null : read.data;
  }
}
