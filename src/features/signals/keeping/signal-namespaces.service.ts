import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Mirrors } from '../../../core/index.js';
import { cacheStream, NamespaceRegistry, TiersService, type OwnDisk } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SOURCE_CLIENT, type SourceClient } from '../../../platform/sources/index.js';
import { SignalCounters } from '../reading/signal-counters.js';
import { recordCodec } from '../records/record.codec.js';
import type { SignalRecord } from '../records/signal-record.js';
import { recentReadsOf } from '../refreshing/recent-reads-of.js';
import { largeMemoryBytes, signalsPolicy } from '../signals.policy.js';
import { FeedParser } from '../sourcing/feed-parser.service.js';
import { signalSourceOf } from '../sourcing/signal-source-of.js';
import { SIGNALS_RUNTIME, type SignalsRuntime } from '../types/runtime.js';
import type { SignalType } from '../types/signal-type.js';
import { UnknownSignalTypeError } from '../types/unknown-signal-type.error.js';
import { ReaderKeeper } from './reader-keeper.js';
import type { SignalNamespace } from './signal-namespace.js';

/** What is stored around a value: its record and what HTTP told of it. */
const aroundValueBytes = 16_384;
/** Of one type, at its sources; what a host takes at once is less. */
const maxLoadsAtOnce = 64;

/** A namespace of the cache for each type of `runtime.yml`. */
@Injectable()
export class SignalNamespaces {
  /** The disk of the large types; `null` where no type has one, or this process keeps nothing on disk. */
  readonly disk: OwnDisk | null;
  private readonly byType = new Map<string, SignalNamespace>();

  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) tiers: TiersService,
    @Inject(SOURCE_CLIENT) private readonly client: SourceClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FeedParser) private readonly feeds: Pick<FeedParser, 'parse'>,
    @Inject(SIGNALS_RUNTIME) { types, cacheDir, maxDiskBytes }: SignalsRuntime,
  ) {
    const needsDisk = [...types.values()].some((type) => type.tiers.includes('disk'));
    this.disk = needsDisk ? tiers.ownDisk(cacheDir, maxDiskBytes) : null;
    for (const type of types.values()) this.byType.set(type.name, this.register(type));
  }

  /** @throws UnknownSignalTypeError */
  get(type: string): SignalNamespace {
    const found = this.byType.get(type);
    if (found === undefined) throw new UnknownSignalTypeError(type);
    return found;
  }

  all(): SignalNamespace[] {
    return [...this.byType.values()];
  }

  private register(type: SignalType): SignalNamespace {
    const { registry, clock, client, disk } = this;
    const { parse } = this.feeds;
    const { namespace } = type;
    const keeper = new ReaderKeeper(clock);
    const source = signalSourceOf(type, { client, clock, keeper, parse });
    const onDisk = type.tiers.includes('disk') && disk !== null;
    const reader = registry.register<SignalRecord>({
      namespace,
      policy: signalsPolicy(type),
      stream: cacheStream,
      confirmedBy: 'load',
      newestBy: 'observation',
      origin: source,
      codec: recordCodec(type),
      inRedis: type.tiers.includes('redis'),
      onDisk,
      ...(onDisk && { disk }),
      ...(type.sizeClass === 'large' && { memoryMaxBytes: largeMemoryBytes }),
      maxValueBytes: type.maxValueBytes + aroundValueBytes,
      maxLoadsAtOnce,
    });
    const mirrors = registry.get(namespace).mirrors as Mirrors<SignalRecord>;
    keeper.use(reader, mirrors);
    const reads = recentReadsOf({ type, reader, mirrors, clock });
    return Object.freeze({ type, reader, mirrors, source, counters: new SignalCounters(), reads });
  }
}
