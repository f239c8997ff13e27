import type { EntityManager } from 'typeorm';
import type { Call } from './call.js';

/** What a call changed. */
export interface AuditedChange {
  /** What was changed: a row, a panel, a namespace, a key's prefix. */
  readonly target: string;
  readonly reason: string | null;
  /** Hashes of what stood before and after (`sha256Of`), where there is such a thing. */
  readonly beforeSha256?: string;
  readonly afterSha256?: string;
  /** The version that the change made. */
  readonly version?: string;
}

/**
 * Adds a change to the chained audit log, inside the transaction of the change and as its last statement: the head of
 * the chain is locked until the commit. Returns the row's hash.
 */
export async function appendAudit(
  manager: EntityManager,
  { actor, action, requestId }: Call,
  { target, reason, beforeSha256, afterSha256, version }: AuditedChange,
): Promise<string> {
  const [row] = (await manager.query(
    `INSERT INTO lastgood.audit_log
       (actor_id, actor_name, actor_role, ip, action, target, reason, before_sha256, after_sha256, version, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING hash`,
    [
      actor.id,
      actor.name,
      actor.role,
      actor.ip,
      action,
      target,
      reason,
      beforeSha256 ?? null,
      afterSha256 ?? null,
      version ?? null,
      requestId,
    ],
  )) as [{ hash: string }];
  return row.hash;
}
