import { Inject, Injectable } from '@nestjs/common';
import { LruEntryMap } from '../../adapters/memory/lru-entry-map.js';
import {
  Mirrors,
  PinnedKey,
  Reader,
  SharedLoad,
  StaleWhileRevalidateCache,
  type Clock,
  type Policy,
  type Report,
  type Tier,
} from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { DegradedState, REPORT } from '../observability/index.js';
import { CoherenceService } from './coherence.service.js';
import { defaultPolicy } from './default-policy.js';
import type { KeyedNamespace, PinnedNamespace } from './namespace-options.js';
import type { Namespace } from './namespace.js';
import { TiersService } from './tiers.service.js';
import { withoutKeys } from './without-keys.js';

/** A namespace's name is part of scopes and of keys elsewhere. */
const validName = /^[a-z][a-z0-9-]{0,62}$/;

/** Every namespace of the process; the one place where a feature's policy and origin become a reader. */
@Injectable()
export class NamespaceRegistry {
  private readonly namespaces = new Map<string, Namespace>();

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT) private readonly report: Report,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(DegradedState) private readonly degraded: DegradedState,
  ) {}

  /**
   * A namespace of one value, never evicted, that is loaded at boot and whenever its stream changes (CO-9). What was
   * loaded is kept on disk as the last known good.
   */
  registerPinned<T>(options: PinnedNamespace<T>): Reader<T> {
    const { namespace, policy, key, origin, stream, codec, inRedis = false, restores = true } = options;
    const { clock, report } = this;
    // Readers never load and never wait (CO-9): there is nothing to switch but Redis.
    const switches = { ...this.settings.cache.switches, staleWhileRevalidate: true, negativeResults: true };
    const cache = new StaleWhileRevalidateCache<T>({
      clock,
      policy,
      stream: this.coherence.stream(stream),
      namespace,
      pinned: true,
    });
    const mirrors = new Mirrors<T>({
      namespace,
      clock,
      report,
      cache,
      tiers: this.tiers.tiers(true, inRedis),
      switches,
      ...(codec && { codec }),
      maxBytes: null,
      maxTtlMs: this.settings.cache.maxTtlMs,
      pinned: true,
      writeOnly: !restores,
    });
    const reader = new Reader<T>({ namespace, clock, report, cache, origin, mirrors, switches });
    this.add({
      namespace,
      reader,
      cache,
      mirrors,
      stream,
      policy,
      switches,
      defaultSwitches: { ...switches },
      pinnedKey: key,
      memoryBytes: () => 0,
    });
    this.coherence.pin(stream, new PinnedKey(reader, key, clock));
    const { staleAlarmMs = Number.POSITIVE_INFINITY, optional = false } = options;
    this.degraded.watch({ namespace, read: () => reader.describe(key), staleAlarmMs, optional });
    return reader;
  }

  /** A namespace of many values, loaded as they are asked for, bounded in memory. */
  register<T>(options: KeyedNamespace<T>): Reader<T> {
    const { namespace, stream, origin, codec, newestBy, inRedis = true, personal = false } = options;
    if (personal && options.disk !== undefined)
      throw new RangeError(`disk must not be given for "${namespace}": personal data is never on disk`);
    const { clock, settings, tiers } = this;
    const report = personal ? withoutKeys(this.report) : this.report;
    const policy: Policy = options.policy ?? defaultPolicy(settings);
    const { memoryMaxEntries, maxTtlMs } = settings.cache;
    const { memoryMaxBytes = settings.cache.memoryMaxBytes } = options;
    const { maxValueBytes = settings.cache.maxValueBytes } = options;
    if (maxValueBytes !== null) tiers.redis?.readUpTo(namespace, maxValueBytes);
    const entries = new LruEntryMap<T>({ maxEntries: memoryMaxEntries, maxBytes: memoryMaxBytes });
    const cache = new StaleWhileRevalidateCache<T>({
      clock,
      policy,
      entries,
      namespace,
      stream: this.coherence.stream(stream),
      confirmedBy: options.confirmedBy,
      ...(newestBy && { newestBy }),
    });
    const switches = { ...settings.cache.switches };
    const mirrors = new Mirrors<T>({
      namespace,
      clock,
      report,
      cache,
      switches,
      personal,
      tiers: this.tiersOf(options),
      ...(codec && { codec }),
      maxBytes: maxValueBytes,
      maxTtlMs,
      ...(newestBy && { newestBy }),
    });
    const { refreshIntervalMs = 0 } = options;
    const between = { refreshIntervalMs };
    // What is not in Redis cannot be taken from who has loaded it: waiting for that one would be for nothing.
    const shared =
      inRedis &&
      tiers.lock &&
      new SharedLoad<T>({
        namespace,
        clock,
        report,
        random: Math.random,
        cache,
        mirrors,
        lock: tiers.lock,
        switches,
        ...(options.lockWaitMs !== undefined && { waitMs: options.lockWaitMs }),
        ...between,
      });
    const reader = new Reader<T>({
      namespace,
      clock,
      report,
      cache,
      origin,
      mirrors,
      switches,
      ...(shared && { shared }),
      ...(options.maxLoadsAtOnce !== undefined && { maxLoadsAtOnce: options.maxLoadsAtOnce }),
      ...between,
    });
    this.add({
      namespace,
      reader,
      cache,
      mirrors,
      stream,
      policy,
      switches,
      defaultSwitches: { ...switches },
      pinnedKey: null,
      memoryBytes: () => entries.bytes,
    });
    this.coherence.attach(stream, reader);
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

  all(): Namespace[] {
    return [...this.namespaces.values()];
  }

  private tiersOf<T>({ personal = false, onDisk = true, inRedis = true, disk }: KeyedNamespace<T>): Tier[] {
    if (disk !== undefined) return [...this.tiers.tiers(false, inRedis), disk.tier];
    return this.tiers.tiers(!personal && onDisk, inRedis);
  }

  private add<T>(registered: TypedNamespace<T>): void {
    const { namespace } = registered;
    if (!validName.test(namespace))
      throw new RangeError(`namespace must match ${validName}, got "${namespace}"`);
    if (this.namespaces.has(namespace)) throw new Error(`The namespace "${namespace}" is registered twice`);
    this.namespaces.set(namespace, registered as unknown as Namespace);
  }
}

type TypedNamespace<T> = Omit<Namespace, 'reader' | 'cache' | 'mirrors'> & {
  readonly reader: Reader<T>;
  readonly cache: StaleWhileRevalidateCache<T>;
  readonly mirrors: Mirrors<T>;
};
