import { UpstreamClient } from '../../src/adapters/http/upstream-client.js';
import { adoptHistory, applyChanges } from '../../src/core/coherence/apply-reply.js';
import { CatalogService } from '../../src/features/catalog/reading/catalog.service.js';
import type { CatalogEvent } from '../../src/features/catalog/views/catalog-event.js';
import { scopesOfEvent } from '../../src/features/catalog/views/catalog-scopes.js';
import { ReadCounts } from '../../src/features/catalog/warming/read-counts.js';
import type { CatalogUpstream, VirtualClock } from '../../src/testing/index.js';
import { CatalogRig, type CatalogRigOptions } from './catalog-rig.js';

export interface CatalogReplicaOptions extends Pick<CatalogRigOptions, 'redis'> {
  readonly clock: VirtualClock;
  readonly upstream: CatalogUpstream;
  /** Attempts after a failed one: their pauses are on the clock. Default 0. */
  readonly retries?: number;
}

/** The catalogue of one process over real HTTP, to whom a test itself tells of events. */
export class CatalogReplica extends CatalogRig {
  readonly counts = new ReadCounts();
  readonly service: CatalogService;
  private readonly clock: VirtualClock;
  private readonly client: UpstreamClient;
  private version = 0;

  constructor({ clock, upstream, retries = 0, ...rest }: CatalogReplicaOptions) {
    const client = new UpstreamClient({ baseUrl: upstream.url, apiKey: upstream.apiKey, clock, retries });
    super({ clock, upstream: client, ...rest });
    this.clock = clock;
    this.client = client;
    const { stream, reader, counts } = this;
    const coherence = { stream: () => stream, whenApplied: () => Promise.resolve(false) };
    this.service = new CatalogService(reader, client, coherence, counts, this.report);
    stream.commit(adoptHistory(stream.state, this.reply([]), clock.now()));
  }

  /** Applies an event, as the poll after its webhook does. */
  apply(event: CatalogEvent, at = this.version + 1): void {
    this.version = at;
    const { stream } = this;
    stream.commit(applyChanges(stream.state, this.reply(scopesOfEvent(event)), this.clock.now()));
  }

  async dispose(): Promise<void> {
    this.timers.beforeApplicationShutdown();
    await this.client.close();
  }

  private reply(scopes: readonly string[]) {
    const { version } = this;
    const changeId = `change-${version}`;
    return {
      epoch: 'epoch',
      version,
      changeId,
      trimmedTo: 0,
      changeIdAtApplied: null,
      more: false,
      inRecovery: false,
      changes: scopes.map((scope) => ({ version, changeId, kind: 'changed' as const, scope })),
    };
  }
}
