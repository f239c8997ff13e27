import {
  everythingOn,
  Mirrors,
  SharedLoad,
  type Lock,
  type Report,
  type StaleWhileRevalidateCache,
  type Tier,
} from '../../../src/core/index.js';
import { Chaos, ChaosLock, ChaosTier, FakeLock, FakeTier } from '../../../src/testing/index.js';
import type { Clock } from '../../../src/core/clock.js';
import type { SharedOutcome, SharedRequest } from '../../../src/core/tiers/shared-load.js';
import type { ProcessClock } from './process-clock.js';
import { DeadlineLock, DeadlineTier } from './tier-ports.js';
import type { Namespace } from './truth.js';

const monthMs = 30 * 24 * 3_600_000;

/** What all processes share beyond their memory, and what each keeps on its disk. */
export class Shared {
  readonly redis = new FakeTier('redis');
  readonly lock: FakeLock;

  constructor(clock: Clock) {
    this.lock = new FakeLock(clock);
  }
}

export interface Place {
  readonly shared: Shared;
  /** It outlives the process. */
  readonly disk: FakeTier;
}

/** A load that tells when another process had the value. */
class WatchedLoad extends SharedLoad<string> {
  onFound: (key: string) => void = () => undefined;

  override async run(request: SharedRequest<string>): Promise<SharedOutcome<string>> {
    const outcome = await super.run(request);
    if (outcome !== null && outcome.source !== 'origin') this.onFound(request.key);
    return outcome;
  }
}

/** The tiers and the lock of one process, with mishaps. */
export class BeyondMemory {
  /** What is late arrives late, whether or not the process that sent it still lives. */
  readonly redisChaos: Chaos;
  private readonly redis: Tier;
  private readonly disk: Tier;
  private readonly lock: Lock;

  constructor(
    { shared, disk }: Place,
    around: Clock,
    private readonly clock: ProcessClock,
    private readonly report: Report,
    private readonly random: () => number,
  ) {
    this.redisChaos = new Chaos(around);
    this.redis = new DeadlineTier(new ChaosTier(shared.redis, this.redisChaos), clock);
    this.lock = new DeadlineLock(new ChaosLock(shared.lock, this.redisChaos), clock);
    this.disk = new DeadlineTier(disk, clock);
  }

  /** Of one namespace; `onFound` hears of loads that another process had made. */
  of(
    namespace: Namespace,
    cache: StaleWhileRevalidateCache<string>,
    onFound: (key: string) => void,
  ): { mirrors: Mirrors<string>; shared: SharedLoad<string> } {
    const { clock, report, random, lock } = this;
    const switches = everythingOn();
    const isPersonal = namespace === 'external';
    const mirrors = new Mirrors<string>({
      namespace,
      clock,
      report,
      cache,
      tiers: isPersonal ? [this.redis] : [this.redis, this.disk],
      switches,
      maxBytes: null,
      maxTtlMs: monthMs,
      pinned: namespace === 'config',
      personal: isPersonal,
    });
    const shared = new WatchedLoad({ namespace, clock, report, random, cache, mirrors, lock, switches });
    shared.onFound = onFound;
    return { mirrors, shared };
  }
}
