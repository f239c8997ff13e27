import { Inject, Injectable } from '@nestjs/common';
import {
  keyScope,
  namespaceScope,
  parseCacheScope,
  prefixScope,
  renderPoint,
  type CacheScope,
  type Point,
} from '../../core/index.js';
import { appendAudit, authorOf, type Call } from '../audit/index.js';
import { DatabaseService, streamPoint } from '../database/index.js';
import { CoherenceService } from './coherence.service.js';
import { NamespaceRegistry } from './namespace-registry.js';
import type { Namespace } from './namespace.js';
import { UnknownNamespaceError } from './unknown-namespace.error.js';

/** How long an operation waits for this process to have applied it. */
const appliedWithinMs = 2_000;

/** Who does it, and why. */
export interface OperationBy {
  readonly call: Call;
  readonly reason?: string;
}

/** What an operation came to. */
export interface OperationResult {
  /** By which every process knows it; in the order of the namespaces. */
  readonly version: Point;
  /** How many entries of this process's memory it touched. */
  readonly local: number;
}

type Operation =
  | 'invalidate'
  | 'invalidate-scope'
  | 'invalidate-prefix'
  | 'expire-all'
  | 'purge'
  | 'purge-prefix'
  | 'purge-all';

/**
 * What operators do to a namespace (CA-5). Each is a change like any other: counted in the namespace's stream, applied
 * by every process, recorded with who did it; and refused as a whole while the database cannot be written to.
 * @throws DatabaseUnavailableError, UnknownNamespaceError, RangeError for a prefix that is not delimited
 */
@Injectable()
export class CacheOperations {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
  ) {}

  /** Marks one key stale in every process; it is served stale as far as its policy lets it be. */
  invalidate(namespace: string, key: string, by: OperationBy): Promise<OperationResult> {
    return this.record(namespace, 'invalidate', keyScope(namespace, key), by);
  }

  /** Marks everything stale whose origin named this scope. */
  invalidateScope(namespace: string, scope: string, by: OperationBy): Promise<OperationResult> {
    return this.record(namespace, 'invalidate-scope', scope, by);
  }

  /** Marks all keys stale that begin with a prefix which ends with `:`. */
  async invalidatePrefix(namespace: string, prefix: string, by: OperationBy): Promise<OperationResult> {
    return this.record(namespace, 'invalidate-prefix', prefixScope(namespace, prefix), by);
  }

  /** Marks everything stale; the last known good stays. */
  expireAll(namespace: string, by: OperationBy): Promise<OperationResult> {
    return this.record(namespace, 'expire-all', namespaceScope(namespace), by);
  }

  /** What was read before does not exist any more: one key, the keys with a prefix, or all. */
  async purge(
    namespace: string,
    what: Pick<CacheScope, 'key' | 'prefix'>,
    by: OperationBy,
  ): Promise<OperationResult> {
    const { key, prefix } = what;
    if (key !== undefined) return this.record(namespace, 'purge', keyScope(namespace, key), by);
    if (prefix !== undefined)
      return this.record(namespace, 'purge-prefix', prefixScope(namespace, prefix), by);
    return this.record(namespace, 'purge-all', namespaceScope(namespace), by);
  }

  private async record(
    name: string,
    operation: Operation,
    scope: string,
    { call, reason }: OperationBy,
  ): Promise<OperationResult> {
    const namespace = this.registry.find(name);
    if (namespace === undefined) throw new UnknownNamespaceError(name);
    const { stream } = namespace;
    const kind = operation.startsWith('purge') ? 'purged' : 'changed';
    const local = this.touched(namespace, scope);
    const version = await this.database.write(async (manager) => {
      await manager.query(
        `INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [stream, name, operation, kind, scope, authorOf(call.actor), reason ?? null],
      );
      const point = await streamPoint(manager, stream);
      await appendAudit(manager, call, {
        target: `${name}: ${operation} ${scope}`,
        reason: reason ?? null,
        version: renderPoint(point),
      });
      return point;
    });
    await this.coherence.whenApplied(stream, version.version, appliedWithinMs);
    return { version, local };
  }

  private touched({ cache }: Namespace, scope: string): number {
    const meant = parseCacheScope(scope);
    let count = 0;
    for (const { key, scopes } of cache.all()) {
      const isMeant = meant
        ? (meant.key ?? key) === key && key.startsWith(meant.prefix ?? '')
        : scopes.includes(scope);
      if (isMeant) count++;
    }
    return count;
  }
}
