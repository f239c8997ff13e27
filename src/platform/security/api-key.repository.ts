import { Inject, Injectable } from '@nestjs/common';
import { wholeStream, type Loaded, type LoadRequest, type Origin } from '../../core/index.js';
import { CoherenceService } from '../cache/index.js';
import { DatabaseService, StreamReader } from '../database/index.js';
import { createApiKey } from './api-key.js';
import { ApiKeyEntity } from './api-key.entity.js';
import type { Role } from './role.js';

export const accessStream = 'access';
/** How long making a key waits for this process to know it. */
const knownWithinMs = 2_000;

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
  async create(
    name: string,
    role: Role,
    expiresAt: Date | null,
    hand: (key: string) => Promise<void> | void,
  ): Promise<void> {
    const { key, prefix, sha256 } = createApiKey();
    await hand(key);
    const version = await this.database.write(async (manager) => {
      await manager.insert(ApiKeyEntity, { prefix, name, role, sha256, expiresAt, revokedAt: null });
      const [row] = await manager.query<{ version: number }[]>(
        'SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = $1',
        [accessStream],
      );
      return row!.version;
    });
    await this.coherence.whenApplied(accessStream, version, knownWithinMs);
  }

  /** How many keys were ever made. */
  count(): Promise<number> {
    return this.database.write((manager) => manager.count(ApiKeyEntity));
  }
}
