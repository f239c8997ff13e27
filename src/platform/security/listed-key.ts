import type { Role } from './role.js';

/** An API key as people see it: nothing of it can be used. Times are ISO 8601, UTC. */
export interface ListedKey {
  readonly prefix: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To the minute, and as far as it could be written. */
  readonly lastUsedAt: string | null;
  readonly state: 'active' | 'expired' | 'revoked';
}

interface Row extends Omit<ListedKey, 'createdAt' | 'expiresAt' | 'lastUsedAt'> {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** `$1`: a prefix, or NULL for every key. */
export const listKeysSql = `
SELECT k.prefix, k.name, k.role, k.created_at AS "createdAt", k.expires_at AS "expiresAt",
  u.last_used_at AS "lastUsedAt",
  CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END AS state
FROM lastgood.api_keys k LEFT JOIN lastgood.key_usage u ON u.prefix = k.prefix
WHERE k.prefix = $1 OR $1::text IS NULL
ORDER BY k.created_at, k.prefix`;

export function listedKey(row: unknown): ListedKey {
  const { createdAt, expiresAt, lastUsedAt, ...rest } = row as Row;
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
