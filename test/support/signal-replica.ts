import {
  everythingOn,
  Mirrors,
  Reader,
  SharedLoad,
  StaleWhileRevalidateCache,
  type Clock,
  type LastgoodEvent,
  type Lock,
  type Stream,
  type Switches,
  type Tier,
} from '../../src/core/index.js';
import { ReaderKeeper } from '../../src/features/signals/keeping/reader-keeper.js';
import type { SignalNamespace } from '../../src/features/signals/keeping/signal-namespace.js';
import { SignalPushes } from '../../src/features/signals/pushing/signal-pushes.service.js';
import { SignalCounters } from '../../src/features/signals/reading/signal-counters.js';
import { SignalService } from '../../src/features/signals/reading/signal.service.js';
import { recordCodec } from '../../src/features/signals/records/record.codec.js';
import type { SignalRecord } from '../../src/features/signals/records/signal-record.js';
import { recentReadsOf } from '../../src/features/signals/refreshing/recent-reads-of.js';
import { signalsPolicy } from '../../src/features/signals/signals.policy.js';
import { signalSourceOf } from '../../src/features/signals/sourcing/signal-source-of.js';
import type { SignalType } from '../../src/features/signals/types/signal-type.js';
import { UnknownSignalTypeError } from '../../src/features/signals/types/unknown-signal-type.error.js';
import type { SourceClient } from '../../src/platform/sources/index.js';
import { parseHere } from './parse-here.js';

const monthMs = 2_592_000_000;

export interface SignalReplicaOptions {
  readonly clock: Clock;
  readonly types: readonly SignalType[];
  /** Default: every request fails. */
  readonly client?: SourceClient;
  /** Default: there is no tier beyond memory. */
  readonly redis?: { readonly tier: Tier; readonly lock: Lock };
  /** Default: there is none, and nothing is purged. */
  readonly stream?: Stream;
  /** Uniform in 0..1. */
  readonly random?: () => number;
}

const noClient: SourceClient = { ask: () => Promise.reject(new Error('there is no source')) };

/** Signals as one process has them, of the real core, on the tiers and clock of a test. */
export class SignalReplica {
  readonly events: LastgoodEvent[] = [];
  readonly service: SignalService;
  readonly pushes: SignalPushes;
  readonly switches: Switches = everythingOn();
  private readonly byType = new Map<string, SignalNamespace>();

  constructor(private readonly options: SignalReplicaOptions) {
    for (const type of options.types) this.byType.set(type.name, this.namespace(type));
    const namespaces = { get: (type: string) => this.get(type), all: () => this.all() };
    this.service = new SignalService(namespaces, options.clock);
    const once = (_key: unknown, _request: unknown, push: () => Promise<never>) => push();
    this.pushes = new SignalPushes(namespaces, { once } as never, options.clock);
  }

  get(type: string): SignalNamespace {
    const found = this.byType.get(type);
    if (found === undefined) throw new UnknownSignalTypeError(type);
    return found;
  }

  all(): SignalNamespace[] {
    return [...this.byType.values()];
  }

  private namespace(type: SignalType): SignalNamespace {
    const { clock, client = noClient, redis, stream, random = Math.random } = this.options;
    const { namespace } = type;
    const report = (event: LastgoodEvent) => void this.events.push(event);
    const newestBy = 'observation' as const;
    const cache = new StaleWhileRevalidateCache<SignalRecord>({
      clock,
      namespace,
      newestBy,
      policy: signalsPolicy(type),
      confirmedBy: 'load',
      ...(stream && { stream }),
    });
    const { switches } = this;
    const mirrors = new Mirrors<SignalRecord>({
      namespace,
      clock,
      report,
      cache,
      newestBy,
      switches,
      tiers: redis !== undefined && type.tiers.includes('redis') ? [redis.tier] : [],
      codec: recordCodec(type),
      maxBytes: null,
      maxTtlMs: monthMs,
    });
    const shared =
      redis &&
      new SharedLoad<SignalRecord>({
        namespace,
        clock,
        report,
        random,
        cache,
        mirrors,
        switches,
        lock: redis.lock,
      });
    const keeper = new ReaderKeeper(clock);
    const source = signalSourceOf(type, { client, clock, keeper, parse: parseHere });
    const reader = new Reader<SignalRecord>({
      namespace,
      clock,
      report,
      cache,
      mirrors,
      switches,
      random,
      origin: source,
      maxLoadsAtOnce: 64,
      ...(shared && { shared }),
    });
    keeper.use(reader, mirrors);
    const reads = recentReadsOf({ type, reader, mirrors, clock });
    return { type, reader, mirrors, source, counters: new SignalCounters(), reads };
  }
}
