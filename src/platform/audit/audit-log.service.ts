import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../database/index.js';
import type { AuditPlace, AuditRow } from './audit-walk.js';
import { verifyAudit, type AuditVerdict } from './verify-audit.js';

const pageRows = 1_000;
const longest = '9223372036854775807';

const pageSql = `
SELECT l.id::text, previous_hash AS "previousHash", hash,
  json_build_array(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_id, actor_name, actor_role,
    ip, action, target, reason, before_sha256, after_sha256, version, request_id) AS fields
FROM lastgood.audit_log l WHERE l.id > $1 AND l.id <= $2 ORDER BY l.id LIMIT ${pageRows}`;

/** The chained record of every change. */
@Injectable()
export class AuditLogService {
  constructor(@Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query'>) {}

  /**
   * Reads the whole chain and says what is wrong with it.
   * @param knownHash a head that an earlier run told
   * @param tell is told after each page how many rows were read, and how many there should be
   */
  async verify(
    knownHash: string | null = null,
    tell: (rows: number, of: number) => void = () => undefined,
  ): Promise<AuditVerdict> {
    const head = await this.head();
    let rows = 0;
    const onPage = (read: number) => tell((rows += read), Number(head?.id ?? 0));
    return verifyAudit(this.pages('0', longest, onPage), head, knownHash);
  }

  /** What the database says is the newest row. */
  async head(): Promise<AuditPlace | null> {
    const [head] = await this.database.query<AuditPlace>(
      'SELECT last_id::text AS id, hash FROM lastgood.audit_head',
    );
    return head ?? null;
  }

  /** The rows after one, and not beyond another. */
  async *pages(
    after = '0',
    upTo = longest,
    onPage: (rows: number) => void = () => undefined,
  ): AsyncGenerator<AuditRow[]> {
    for (let from = after; ;) {
      const page = await this.database.query<AuditRow>(pageSql, [from, upTo]);
      yield page;
      onPage(page.length);
      if (page.length < pageRows) return;
      from = page.at(-1)!.id;
    }
  }
}
