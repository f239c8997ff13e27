import { Inject, Injectable } from '@nestjs/common';
import {
  PinnedKey,
  Reader,
  StaleWhileRevalidateCache,
  type Clock,
  type Origin,
  type Policy,
  type Report,
} from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { DegradedState, REPORT } from '../observability/index.js';
import { CoherenceService } from './coherence.service.js';

export interface PinnedNamespace<T> {
  readonly namespace: string;
  readonly policy: Policy;
  readonly stream: string;
  /** The one key of the namespace. */
  readonly key: string;
  readonly origin: Origin<T>;
  /** Unconfirmed for this long (ms), it makes the state of the process critical. Default: never. */
  readonly staleAlarmMs?: number;
}

/** A registered namespace of one key. */
export interface Namespace {
  readonly reader: Reader<unknown>;
  readonly key: string;
}

/** Every namespace of the process; the one place where a feature's policy and origin become a reader. */
@Injectable()
export class NamespaceRegistry {
  private readonly namespaces = new Map<string, Namespace>();

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT) private readonly report: Report,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(DegradedState) private readonly degraded: DegradedState,
  ) {}

  /** A namespace of one value, never evicted, that is loaded at boot and whenever its stream changes (CO-9). */
  registerPinned<T>(options: PinnedNamespace<T>): Reader<T> {
    const { namespace, policy, stream, key, origin, staleAlarmMs = Number.POSITIVE_INFINITY } = options;
    if (this.namespaces.has(namespace)) throw new Error(`The namespace "${namespace}" is registered twice`);
    const { clock, report } = this;
    const cache = new StaleWhileRevalidateCache<T>({ clock, policy, stream: this.coherence.stream(stream) });
    const reader = new Reader<T>({ namespace, clock, report, cache, origin });
    this.coherence.pin(stream, new PinnedKey(reader, key, clock));
    this.namespaces.set(namespace, { reader: reader as Reader<unknown>, key });
    this.degraded.watch({ namespace, read: () => reader.describe(key), staleAlarmMs });
    return reader;
  }

  find(namespace: string): Namespace | undefined {
    return this.namespaces.get(namespace);
  }

  get(namespace: string): Namespace {
    const found = this.namespaces.get(namespace);
    if (found === undefined) throw new Error(`There is no namespace "${namespace}"`);
    return found;
  }
}
