import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { idPartForm, isIdPart } from '../types/key-of.js';
import { SignalIdInvalidError } from '../types/signal-id-invalid.error.js';
import { gatherSignals } from './gather-signals.js';
import { InferenceInputs } from './inference-inputs.js';
import type { KeptSignal } from './kept-signal.js';
import { SignalExpiredError } from './signal-expired.error.js';
import { SignalMissingError } from './signal-missing.error.js';
import { SignalNotListableError } from './signal-not-listable.error.js';
import { SignalReads } from './signal-reads.js';
import { SignalSourceError } from './signal-source.error.js';
import type { Signal, SignalRef } from './signal.js';

/** Signals for inferences: never one that is past its limit (SI-4). */
@Injectable()
export class SignalService {
  private readonly reads: SignalReads;

  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'get'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.reads = new SignalReads(clock);
  }

  /**
   * The signal, whose age is below its limit, or below `maxAgeMs` where that is less.
   * @throws SignalExpiredError where all that is held is past its limit; SignalMissingError where there is none;
   * SignalSourceError where nothing is held and the source cannot tell; UnknownSignalTypeError, SignalIdInvalidError,
   * RangeError for a `maxAgeMs` below 1
   */
  async get<T = unknown>(
    type: string,
    id: string,
    options?: { readonly maxAgeMs?: number },
  ): Promise<Signal<T>> {
    return (await this.read(type, id, options?.maxAgeMs)) as KeptSignal<T>;
  }

  /**
   * 1 to 100 signals, each inside its limit at one instant.
   * @throws SignalsNotReadyError that lists every one that is not; UnknownSignalTypeError, SignalIdInvalidError,
   * RangeError for too many or none
   */
  async require(refs: readonly SignalRef[]): Promise<InferenceInputs> {
    const { clock } = this;
    const tellExpired = (type: string) => {
      this.namespaces.get(type).counters.expired++;
    };
    const read = ({ type, id, maxAgeMs }: SignalRef) => this.read(type, id, maxAgeMs);
    const { at, signals } = await gatherSignals(refs, { clock, read, tellExpired });
    return new InferenceInputs({ clock, at, signals, tellExpired });
  }

  /**
   * The signals of a feed, the name of which is the first placeholder, as far as they are inside their limits.
   * @throws SignalNotListableError, SignalSourceError, UnknownSignalTypeError, SignalIdInvalidError
   */
  async list(type: string, first: string): Promise<Signal[]> {
    const namespace = this.namespaces.get(type);
    if (!isIdPart(first))
      throw new SignalIdInvalidError(
        type,
        `has a wrong ${namespace.type.key.placeholders[0]}: it must be ${idPartForm}`,
      );
    const ids = await this.idsOf(namespace, first);
    const settled = await Promise.allSettled(
      ids.map(async (article) => this.read(type, `${first}:${article}`)),
    );
    return settled.flatMap((each) => {
      if (each.status === 'fulfilled') return [each.value];
      if (each.reason instanceof SignalMissingError || each.reason instanceof SignalExpiredError) return [];
      throw each.reason;
    });
  }

  private async idsOf({ type, source, reader }: SignalNamespace, first: string): Promise<readonly string[]> {
    if (source.list === null) throw new SignalNotListableError(type.name);
    const controller = new AbortController();
    const { hardTimeoutMs } = reader.cache.policy;
    const overdue = () =>
      controller.abort(new SignalSourceError(type.name, first, `took longer than ${hardTimeoutMs} ms`));
    const cancel = this.clock.after(hardTimeoutMs, overdue);
    try {
      return await source.list(first, controller.signal);
    } catch (error) {
      if (error instanceof SignalSourceError || error instanceof SignalMissingError) throw error;
      throw new SignalSourceError(type.name, first, 'its source cannot tell', { cause: error });
    } finally {
      cancel();
    }
  }

  private read(
    type: string,
    id: string,
    maxAgeMs = Number.POSITIVE_INFINITY,
  ): KeptSignal | Promise<KeptSignal> {
    if (!(maxAgeMs >= 1)) throw new RangeError(`maxAgeMs must be at least 1, got ${maxAgeMs}`);
    const namespace = this.namespaces.get(type);
    return this.reads.atHand(namespace, id, maxAgeMs) ?? this.reads.beyond(namespace, id, maxAgeMs);
  }
}
