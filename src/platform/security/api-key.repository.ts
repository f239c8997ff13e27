import { Inject, Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { renderPoint, wholeStream, type Loaded, type LoadRequest, type Origin } from '../../core/index.js';
import { appendAudit, type Call } from '../audit/index.js';
import { CoherenceService } from '../cache/index.js';
import { DatabaseService, streamPoint, StreamReader } from '../database/index.js';
import { createApiKey } from './api-key.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { KeyNotActiveError } from './key-not-active.error.js';
import { listedKey, listKeysSql, type ListedKey } from './listed-key.js';
import type { Role } from './role.js';

export const accessStream = 'access';
/** How long a change of keys waits for this process to know it. */
const knownWithinMs = 2_000;

/** Takes a key that was made, to show it to whoever asked for it. */
type Hand = (key: string) => Promise<void> | void;

const now = () => 'now()';

export interface KnownKey {
  readonly prefix: string;
  readonly name: string;
  readonly role: Role;
  readonly sha256: string;
  /** Milliseconds since the Unix epoch; `null` for never. */
  readonly expiresAt: number | null;
}

/** Every key that is not revoked, by prefix. */
export type KnownKeys = ReadonlyMap<string, KnownKey>;

const keysSql = `
SELECT coalesce(json_agg(json_build_object('prefix', k.prefix, 'name', k.name, 'role', k.role, 'sha256', k.sha256,
  'expiresAt', (extract(epoch FROM k.expires_at) * 1000)::float8)), '[]')
FROM lastgood.api_keys k WHERE k.revoked_at IS NULL`;

/** API keys in Postgres: the origin of the pinned namespace that the guard reads. */
@Injectable()
export class ApiKeyRepository implements Origin<KnownKeys> {
  constructor(
    @Inject(StreamReader) private readonly reader: StreamReader,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
  ) {}

  async load(_key: string, { signal }: LoadRequest<KnownKeys>): Promise<Loaded<KnownKeys>> {
    const columns = { keys: keysSql };
    const { asOf, rows } = await this.reader.read<{ keys: KnownKey[] }>(accessStream, columns, [], signal);
    return { value: new Map(rows.keys.map((each) => [each.prefix, each])), asOf, scopes: [wholeStream] };
  }

  /**
   * Makes a key, known to this process when it settles; `hand` gets it before it is stored, because it cannot be
   * shown again.
   */
  async create(name: string, role: Role, expiresAt: Date | null, hand: Hand, call: Call): Promise<void> {
    const { key, ...stored } = createApiKey();
    await hand(key);
    await this.change(call, stored.prefix, (manager) =>
      manager.insert(ApiKeyEntity, { ...stored, name, role, expiresAt, revokedAt: null }),
    );
  }

  /** Every key there ever was, oldest first. */
  async list(): Promise<ListedKey[]> {
    const rows = await this.database.write((manager) => manager.query<unknown[]>(listKeysSql, [null]));
    return rows.map(listedKey);
  }

  /**
   * Ends a key, in the whole fleet as soon as each process hears of it: within milliseconds, or at its next poll. One that
   * was revoked before stays so.
   * @throws KeyNotActiveError when there is none
   */
  async revoke(prefix: string, call: Call): Promise<void> {
    await this.change(call, prefix, async (manager) => {
      const { affected } = await manager.update(
        ApiKeyEntity,
        { prefix, revokedAt: IsNull() },
        { revokedAt: now },
      );
      if (affected === 0 && !(await manager.existsBy(ApiKeyEntity, { prefix })))
        throw new KeyNotActiveError(prefix, 'unknown');
    });
  }

  /**
   * Makes a key of the same name, role and lifetime, and has the old one end after `overlapMs`, unless it ends before.
   * @returns when the old one ends
   * @throws KeyNotActiveError
   */
  async rotate(prefix: string, overlapMs: number, hand: Hand, call: Call): Promise<Date> {
    await this.database.write((manager) => this.active(manager, prefix));
    const { key, ...stored } = createApiKey();
    await hand(key);
    return this.change(call, `${prefix}, replaced by ${stored.prefix}`, async (manager) => {
      const { name, role, expiresAt: oldEnd, createdAt } = await this.active(manager, prefix);
      const at = Date.now();
      const expiresAt = oldEnd && new Date(at + Date.parse(oldEnd) - Date.parse(createdAt));
      await manager.insert(ApiKeyEntity, { ...stored, name, role, expiresAt, revokedAt: null });
      const ends = new Date(Math.min(at + overlapMs, oldEnd ? Date.parse(oldEnd) : Number.MAX_SAFE_INTEGER));
      await manager.update(ApiKeyEntity, { prefix }, { expiresAt: ends });
      return ends;
    });
  }

  /** How many keys were ever made. */
  count(): Promise<number> {
    return this.database.write((manager) => manager.count(ApiKeyEntity));
  }

  private async active(manager: EntityManager, prefix: string): Promise<ListedKey> {
    const [row] = await manager.query<unknown[]>(listKeysSql, [prefix]);
    const key = row === undefined ? null : listedKey(row);
    if (key?.state !== 'active') throw new KeyNotActiveError(prefix, key?.state ?? 'unknown');
    return key;
  }

  /** One transaction, audited, known to this process when it settles. */
  private async change<R>(
    call: Call,
    target: string,
    work: (manager: EntityManager) => Promise<R>,
  ): Promise<R> {
    const { result, version } = await this.database.write(async (manager) => {
      const made = await work(manager);
      const point = await streamPoint(manager, accessStream);
      await appendAudit(manager, call, {
        target: `key ${target}`,
        reason: null,
        version: renderPoint(point),
      });
      return { result: made, version: point.version };
    });
    await this.coherence.whenApplied(accessStream, version, knownWithinMs);
    return result;
  }
}
