import { createHash } from 'node:crypto';

/** A row of `audit_log` as text, fields as the chain hashes them. */
export interface AuditRow {
  readonly id: string;
  readonly fields: readonly (string | null)[];
  readonly previousHash: string;
  readonly hash: string;
}

/** A place in the chain: a row, and what it hashes to. */
export interface AuditPlace {
  readonly id: string;
  readonly hash: string;
}

export const chainStart: AuditPlace = { id: '0', hash: '0'.repeat(64) };
/** A chain that is broken in one place is told by that place; more of them only make the list long. */
const maxFaults = 20;

/** Goes along the chain: every row must follow the one before it and hash to what it says. */
export class AuditWalk {
  readonly faults: string[] = [];

  constructor(public at: AuditPlace = chainStart) {}

  see(row: AuditRow): void {
    const { id, hash } = this.at;
    const expected = String(Number(id) + 1);
    if (row.id !== expected)
      this.fault(`row ${row.id} stands where row ${expected} should: one was removed or put in between`);
    if (row.previousHash !== hash) this.fault(`row ${row.id} does not follow the row before it`);
    if (row.hash !== hashOf(row)) this.fault(`row ${row.id} was edited: it does not hash to what it says`);
    this.at = { id: row.id, hash: row.hash };
  }

  /** What the database says is newest must be where the walk has come to, or was seen on its way. */
  end(head: AuditPlace | null, wasSeen = this.isAt(head)): void {
    if (head === null) this.fault('the head of the chain is gone: nobody can tell which row is the newest');
    else if (!wasSeen)
      this.fault(`the newest row should be ${head.id} with hash ${head.hash}: it is not there`);
  }

  isAt(place: AuditPlace | null): boolean {
    return place !== null && this.at.id === place.id && this.at.hash === place.hash;
  }

  fault(text: string): void {
    if (this.faults.length < maxFaults) this.faults.push(text);
  }
}

/** Each field goes in with its length in bytes, so that no two rows have one text. */
function hashOf({ id, previousHash, fields }: AuditRow): string {
  const text = [previousHash, id, ...fields]
    .map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`))
    .join('');
  return createHash('sha256').update(text).digest('hex');
}
