import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { z } from 'zod';
import {
  resolvePolicy,
  renderPoint,
  wholeStream,
  type LastgoodEvent,
  type Loaded,
  type LoadRequest,
  type Origin,
  type Policy,
  type Reader,
} from '../../core/index.js';
import { appendAudit, authorOf, sha256Of, type Call } from '../audit/index.js';
import { DatabaseService, streamPoint, StreamReader } from '../database/index.js';
import { EventBus, LOGGER } from '../observability/index.js';
import { cacheStream, namespaceSettingsSchema, type NamespaceSettings } from './cache-settings.js';
import { CoherenceService } from './coherence.service.js';
import { NamespaceRegistry } from './namespace-registry.js';
import type { Namespace } from './namespace.js';
import { PolicyInvalidError } from './policy-invalid.error.js';

const namespace = 'cache-settings';
const key = 'all';
/** How long a change waits for this process to follow it. */
const knownWithinMs = 2_000;

/** As everything pinned: what was last known is followed until something newer is known. */
const settingsPolicy: Policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};

const allSettings = `
SELECT coalesce(json_agg(json_build_object('namespace', s.namespace, 'switches', s.switches, 'policy', s.policy)), '[]')
FROM lastgood.cache_settings s`;

/**
 * What is switched per namespace, in every process alike: kept in Postgres, read like any other configuration, and
 * followed the moment it is loaded.
 */
@Injectable()
export class CacheSettingsService implements Origin<readonly NamespaceSettings[]> {
  private readonly reader: Reader<readonly NamespaceSettings[]>;

  constructor(
    @Inject(StreamReader) private readonly database: StreamReader,
    @Inject(DatabaseService) private readonly writer: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(EventBus) events: EventBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.reader = registry.registerPinned<readonly NamespaceSettings[]>({
      namespace,
      policy: settingsPolicy,
      key,
      stream: cacheStream,
      origin: this,
      optional: true,
    });
    events.subscribe((event) => this.follow(event));
  }

  async load(_key: string, { signal }: LoadRequest<unknown>): Promise<Loaded<readonly NamespaceSettings[]>> {
    const columns = { settings: allSettings };
    const { asOf, rows } = await this.database.read<{ settings: NamespaceSettings[] }>(
      cacheStream,
      columns,
      [],
      signal,
    );
    return { value: z.array(namespaceSettingsSchema).parse(rows.settings), asOf, scopes: [wholeStream] };
  }

  /** What is set of a namespace, as far as anything is. */
  of(name: string): NamespaceSettings | null {
    return this.reader.describe(key)?.data.find((each) => each.namespace === name) ?? null;
  }

  /**
   * Replaces what is set of a namespace, in every process; what is left out is as before anything was set.
   * @throws DatabaseUnavailableError; then nothing was changed
   * @throws PolicyInvalidError
   */
  async set(settings: NamespaceSettings, call: Call): Promise<void> {
    assertPolicy({ ...this.registry.get(settings.namespace).policy, ...settings.policy });
    const { version } = await this.writer.write(async (manager) => {
      await manager.query(
        `INSERT INTO lastgood.cache_settings (namespace, switches, policy, updated_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (namespace) DO UPDATE
         SET switches = excluded.switches, policy = excluded.policy, updated_by = excluded.updated_by, updated_at = now()`,
        [settings.namespace, settings.switches, settings.policy, authorOf(call.actor)],
      );
      const point = await streamPoint(manager, cacheStream);
      const before = this.of(settings.namespace);
      await appendAudit(manager, call, {
        target: `${settings.namespace}: settings`,
        reason: null,
        ...(before !== null && { beforeSha256: sha256Of(before) }),
        afterSha256: sha256Of(settings),
        version: renderPoint(point),
      });
      return point;
    });
    await this.coherence.whenApplied(cacheStream, version, knownWithinMs);
  }

  /** After a load: what was loaded is the latest there is. What a boot found in a tier is followed by `apply` too. */
  private follow(event: LastgoodEvent): void {
    const isOurs = 'namespace' in event && event.namespace === namespace;
    if (isOurs && (event.type === 'load-succeeded' || event.type === 'tier-read')) this.apply();
  }

  private apply(): void {
    for (const each of this.registry.all()) {
      const set = this.of(each.namespace);
      const { redis = each.defaultSwitches.redis } = set?.switches ?? {};
      // Readers of what is pinned never load and never wait, so there is nothing else to switch.
      if (each.pinnedKey !== null) each.switches.redis = redis;
      else Object.assign(each.switches, each.defaultSwitches, set?.switches);
      this.usePolicy(each, { ...each.policy, ...set?.policy });
    }
  }

  /** What was set past `set` may not fit what the feature says by now. */
  private usePolicy({ namespace: name, cache, policy: own }: Namespace, wanted: Policy): void {
    try {
      cache.usePolicy(wanted);
    } catch (error) {
      cache.usePolicy(own);
      this.logger.error({ namespace: name, error: (error as Error).message }, 'a policy cannot be followed');
    }
  }
}

function assertPolicy(policy: Policy): void {
  try {
    resolvePolicy(policy);
  } catch (error) {
    throw new PolicyInvalidError((error as Error).message);
  }
}
