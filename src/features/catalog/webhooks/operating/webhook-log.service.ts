import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../../platform/database/index.js';
import { listEvents } from '../keeping/webhook-events.sql.js';
import type { WebhookLogAnswer } from '../webhooks.answers.js';
import type { WebhooksQuery } from './admin-webhooks.schemas.js';

type Listed = WebhookLogAnswer['webhooks'][number];

interface Row extends Omit<Listed, 'sentAt' | 'receivedAt' | 'settledAt'> {
  readonly sentAt: number;
  readonly receivedMicros: number;
  readonly settledAt: number | null;
}

/** The webhooks that were accepted, newest first (CT-5). */
@Injectable()
export class WebhookLog {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** @throws DatabaseUnavailableError */
  async list({ status, event, id, subject, limit, before }: WebhooksQuery): Promise<WebhookLogAnswer> {
    const rows = await this.database.query<Row>(listEvents, [
      status ?? null,
      event ?? null,
      id ?? null,
      before?.receivedMicros ?? null,
      before?.id ?? null,
      subject ?? null,
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1)! : null;
    return { webhooks: page.map(toListed), next: last && `${last.receivedMicros}_${last.id}` };
  }
}

const toListed = ({ sentAt, receivedMicros, settledAt, ...rest }: Row): Listed => ({
  ...rest,
  sentAt: iso(sentAt),
  receivedAt: iso(receivedMicros / 1_000),
  settledAt: settledAt === null ? null : iso(settledAt),
});

const iso = (ms: number): string => new Date(ms).toISOString();
