import type { AuditLogService } from './audit-log.service.js';
import { AuditWalk, chainStart, type AuditPlace } from './audit-walk.js';

/** Rows that are looked at each time, however long ago they were seen. */
const newestRows = 500;
/** Rows that a walk goes on by each time. */
export const walkRows = 5_000;

/** Where the walk over the whole chain is, and what it has found. */
export interface WalkState {
  readonly at: AuditPlace;
  readonly fault: string | null;
}

export interface Checked {
  readonly walk: WalkState;
  /** The walk has come to the newest row. */
  readonly isAtEnd: boolean;
  /** Found just now. */
  readonly fault: string | null;
}

type Log = Pick<AuditLogService, 'head' | 'pages'>;

/** Looks at the newest rows, and goes on with the walk by a bounded number of rows. */
export async function checkAudit(log: Log, walk: WalkState): Promise<Checked> {
  // Before any row: what is added meanwhile is a matter of the next time.
  const head = await log.head();
  const newest = await lookAtNewest(log, head);
  const onward = new AuditWalk(walk.at);
  const upTo = Math.min(Number(walk.at.id) + walkRows, Number(head?.id ?? 0));
  for await (const page of log.pages(walk.at.id, String(upTo))) for (const row of page) onward.see(row);
  const isAtEnd = upTo === Number(head?.id ?? 0);
  if (isAtEnd) onward.end(head);
  else if (onward.at.id !== String(upTo)) onward.fault(`row ${upTo} is missing`);
  const found = onward.faults[0] ?? null;
  return {
    // After a fault, from where the chain should be: what follows is not held against what is gone.
    walk: {
      at: isAtEnd ? (head ?? chainStart) : { id: String(upTo), hash: onward.at.hash },
      fault: walk.fault ?? found,
    },
    isAtEnd,
    fault: newest ?? found,
  };
}

async function lookAtNewest(log: Log, head: AuditPlace | null): Promise<string | null> {
  const before = Math.max(0, Number(head?.id ?? 0) - newestRows);
  let walk: AuditWalk | null = before === 0 ? new AuditWalk() : null;
  for await (const page of log.pages(String(before), head?.id ?? '0')) {
    for (const row of page) {
      // What stands before the first of them is the walk's to know.
      walk ??= new AuditWalk({ id: String(before), hash: row.previousHash });
      walk.see(row);
    }
  }
  walk ??= new AuditWalk();
  walk.end(head);
  return walk.faults[0] ?? null;
}
