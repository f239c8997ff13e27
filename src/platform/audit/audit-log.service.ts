import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../database/index.js';
import { verifyAudit, type AuditHead, type AuditRow, type AuditVerdict } from './verify-audit.js';

const pageRows = 1_000;

const pageSql = `
SELECT l.id::text, previous_hash AS "previousHash", hash,
  json_build_array(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_id, actor_name, actor_role,
    ip, action, target, reason, before_sha256, after_sha256, version, request_id) AS fields
FROM lastgood.audit_log l WHERE l.id > $1 ORDER BY l.id LIMIT ${pageRows}`;

/** The chained record of every change. */
@Injectable()
export class AuditLogService {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /**
   * Reads the whole chain and says what is wrong with it.
   * @param knownHash a head that an earlier run told
   */
  async verify(knownHash: string | null = null): Promise<AuditVerdict> {
    const [head] = await this.database.query<AuditHead>(
      'SELECT last_id::text AS id, hash FROM lastgood.audit_head',
    );
    return verifyAudit(this.pages(), head ?? null, knownHash);
  }

  private async *pages(): AsyncGenerator<AuditRow[]> {
    for (let after = '0'; ;) {
      const page = await this.database.query<AuditRow>(pageSql, [after]);
      yield page;
      if (page.length < pageRows) return;
      after = page.at(-1)!.id;
    }
  }
}
