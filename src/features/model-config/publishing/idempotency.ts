import type { EntityManager } from 'typeorm';
import { sha256Of } from '../../../platform/audit/index.js';
import { IdempotencyKeyReusedError } from '../../../platform/http/index.js';
import type { Edit } from './edit.js';

/** Answers are kept in the transaction of the change: both are there after a crash, or neither (MC-18). */
export class Idempotency<A> {
  private readonly requestSha256: string;

  /** @param request everything that makes two requests the same */
  constructor(
    private readonly manager: EntityManager,
    private readonly edit: Edit,
    request: unknown,
  ) {
    this.requestSha256 = sha256Of(request);
  }

  /**
   * The answer that was given to this key before; `null` for a first request. Asked with the stream's counter locked,
   * so that of two at the same time the second one waits for the first.
   * @throws IdempotencyKeyReusedError
   */
  async answered(): Promise<A | null> {
    const { idempotencyKey = null, call } = this.edit;
    if (idempotencyKey === null) return null;
    const [row] = (await this.manager.query(
      `SELECT request_sha256 AS request, answer FROM lastgood.idempotent_answers
       WHERE actor = $1 AND key = $2 AND at > now() - interval '1 day'`,
      [call.actor.id, idempotencyKey],
    )) as { request: string; answer: A }[];
    if (row === undefined) return null;
    if (row.request !== this.requestSha256) throw new IdempotencyKeyReusedError();
    return row.answer;
  }

  async remember(answer: A): Promise<void> {
    const { idempotencyKey = null, call } = this.edit;
    if (idempotencyKey === null) return;
    await this.manager.query(`DELETE FROM lastgood.idempotent_answers WHERE at <= now() - interval '1 day'`);
    await this.manager.query(
      `INSERT INTO lastgood.idempotent_answers (actor, key, request_sha256, answer) VALUES ($1, $2, $3, $4)`,
      [call.actor.id, idempotencyKey, this.requestSha256, JSON.stringify(answer)],
    );
  }
}
