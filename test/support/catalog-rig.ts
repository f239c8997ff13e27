import {
  everythingOn,
  Mirrors,
  Reader,
  SharedLoad,
  StaleWhileRevalidateCache,
  Stream,
  type LastgoodEvent,
  type Lock,
  type Tier,
} from '../../src/core/index.js';
import { CatalogCounters } from '../../src/features/catalog/catalog-counters.js';
import {
  catalogNamespace,
  catalogPolicy,
  catalogStream,
  refreshIntervalMs,
} from '../../src/features/catalog/catalog.policy.js';
import { CatalogOrigin } from '../../src/features/catalog/upstream/catalog.origin.js';
import { LookAgainTimers } from '../../src/features/catalog/upstream/look-again-timers.js';
import { viewCodec } from '../../src/features/catalog/upstream/view.codec.js';
import type { CatalogView } from '../../src/features/catalog/views/catalog-view.js';
import { parseConfig } from '../../src/platform/config/index.js';
import type { Upstream } from '../../src/platform/upstream/index.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';

const monthMs = 2_592_000_000;
const { catalog: settings } = parseConfig({});

export interface CatalogRigOptions {
  readonly clock: VirtualClock;
  readonly upstream: Upstream;
  /** Default: there is no tier beyond memory. */
  readonly redis?: { readonly tier: Tier; readonly lock: Lock };
  /** Uniform in 0..1. Default: always 0.5. */
  readonly random?: () => number;
}

/** The catalogue's reader as one process has it: the real core, origin and codec, on the clock of a test. */
export abstract class CatalogRig {
  readonly events: LastgoodEvent[] = [];
  readonly stream = new Stream(catalogStream);
  readonly switches = everythingOn();
  readonly counters = new CatalogCounters();
  readonly timers: LookAgainTimers;
  readonly reader: Reader<CatalogView>;
  protected readonly report = (event: LastgoodEvent) => void this.events.push(event);

  constructor({ clock, upstream, redis, random = () => 0.5 }: CatalogRigOptions) {
    const { stream, switches, counters, report } = this;
    const namespace = catalogNamespace;
    const policy = catalogPolicy(settings);
    const timers = new LookAgainTimers(clock);
    const origin = new CatalogOrigin({ upstream, clock, settings, stream, counters, timers });
    const cache = new StaleWhileRevalidateCache<CatalogView>({
      clock,
      policy,
      namespace,
      stream,
      confirmedBy: 'load',
    });
    const base = { namespace, clock, report, cache, switches, random, refreshIntervalMs };
    const mirrors = new Mirrors<CatalogView>({
      ...base,
      tiers: redis === undefined ? [] : [redis.tier],
      codec: viewCodec,
      maxBytes: null,
      maxTtlMs: monthMs,
    });
    const shared = redis && new SharedLoad<CatalogView>({ ...base, mirrors, lock: redis.lock });
    this.timers = timers;
    this.reader = new Reader<CatalogView>({ ...base, origin, mirrors, ...(shared && { shared }) });
    timers.use(this.reader);
    upstream.onRecovered(() => this.reader.originRecovered());
  }

  /** What was reported of a kind. */
  told<K extends LastgoodEvent['type']>(type: K): Extract<LastgoodEvent, { type: K }>[] {
    return this.events.filter((event): event is Extract<LastgoodEvent, { type: K }> => event.type === type);
  }
}
