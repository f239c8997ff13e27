import { TestApp } from './support/test-app.js';
import { pollUntil } from './support/poll-until.js';
import { sendWebhook, webhookEnv, webhookOf, webhookSecret } from './support/webhook-sender.js';

interface Listed {
  readonly id: string;
  readonly event: string;
  readonly subjectId: string;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly receivedAt: string;
  readonly settledAt: string | null;
}

const path = '/admin/catalog/webhooks';

describe('the log of webhooks (CT-5)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start({ env: webhookEnv });
    for (let at = 0; at < 12; at++) {
      const [event, data] =
        at % 3 === 0
          ? ['publisher.updated', { id: `p${at}` }]
          : ['book.updated', { id: `b${at}`, publisher_id: '1' }];
      await sendWebhook(lastgood, webhookOf(event as string, data as object, `w${at}`));
    }
  });

  afterAll(() => lastgood.dispose());

  const list = async (query = '') => {
    const { status, body } = await lastgood.ask<{ webhooks: Listed[]; next: string | null }>(
      `${path}${query}`,
      {
        as: 'viewer',
      },
    );
    expect(status).toBe(200);
    return body;
  };
  const idsOf = ({ webhooks }: { webhooks: Listed[] }) => webhooks.map(({ id }) => id);
  const replay = (
    id: string,
    body: unknown = { reason: 'it was missed' },
    as: 'admin' | 'editor' = 'admin',
  ) =>
    lastgood.ask<{ id: string; status: string; version: string; code: string }>(
      `${path}/${encodeURIComponent(id)}/replay`,
      { as, method: 'POST', body },
    );
  const scopesSince = async (version: number) => {
    const rows = await lastgood.sql<{ scope: string }>(
      `SELECT scope FROM lastgood.change_log WHERE stream = 'catalog' AND version > $1 ORDER BY scope`,
      [version],
    );
    return rows.map(({ scope }) => scope);
  };
  const version = async () => {
    const [row] = await lastgood.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'catalog'`,
    );
    return row!.version;
  };

  it('is listed newest first, in pages that miss nothing and tell nothing twice', async () => {
    const ids: string[] = [];
    let before: string | null = '';
    for (let pages = 0; before !== null && pages < 10; pages++) {
      const page = await list(`?limit=5${before && `&before=${encodeURIComponent(before)}`}`);
      ids.push(...idsOf(page));
      before = page.next;
    }
    expect(ids).toEqual(Array.from({ length: 12 }, (_, at) => `w${11 - at}`));
  });

  it('keeps its pages apart where many were received in the same moment', async () => {
    await lastgood.sql(
      `UPDATE lastgood.webhook_events SET received_at = '2026-01-01T00:00:00.123457Z' WHERE id IN ('w1','w2','w3','w4')`,
    );
    const first = await list('?limit=10');
    const rest = await list(`?limit=10&before=${encodeURIComponent(first.next!)}`);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual([
      'w11',
      'w10',
      'w9',
      'w8',
      'w7',
      'w6',
      'w5',
      'w0',
      'w4',
      'w3',
      'w2',
      'w1',
    ]);
    expect(rest.next).toBeNull();
  });

  it('is filtered by status, event, id and subject', async () => {
    await pollUntil(async () => idsOf(await list('?status=pending')).length === 0, 'all are settled');
    expect(idsOf(await list('?status=failed'))).toEqual([]);
    expect(idsOf(await list('?status=done&event=publisher.updated'))).toEqual(['w9', 'w6', 'w0', 'w3']);
    expect(idsOf(await list('?id=w7'))).toEqual(['w7']);
    expect(idsOf(await list('?subject=b7'))).toEqual(['w7']);
    expect(idsOf(await list('?subject=b7&event=publisher.updated'))).toEqual([]);
  });

  it('tells no secret', async () => {
    expect(JSON.stringify(await list())).not.toContain(webhookSecret.slice(6));
  });

  it.each([
    '?limit=0',
    '?limit=201',
    '?limit=x',
    '?status=lost',
    '?event=book.burnt',
    '?before=x',
    '?before=1_',
    '?id=a%20b',
    '?other=1',
  ])('refuses %s, by name', async (query) => {
    const { status, body } = await lastgood.ask(`${path}${query}`, { as: 'viewer' });
    expect([status, body['code']]).toEqual([400, 'request-invalid']);
    expect(JSON.stringify(body['faults'])).toMatch(/limit|status|event|before|id|other/);
  });

  it('replays a webhook: its scopes are marked in every process, on record with author and reason (CT-5)', async () => {
    const before = await version();
    const audits = async () =>
      lastgood.sql<{ action: string; target: string; reason: string; version: string }>(
        `SELECT action, target, reason, version FROM lastgood.audit_log ORDER BY id DESC LIMIT 1`,
      );
    const answer = await replay('w7');
    expect([answer.status, answer.body]).toEqual([
      200,
      { id: 'w7', status: 'pending', version: expect.stringMatching(new RegExp(`:${before + 1}$`)) },
    ]);
    expect(await scopesSince(before)).toEqual(['book:b7', 'books', 'books-of:1']);
    expect(await version()).toBe(before + 1);
    expect(await audits()).toEqual([
      {
        action: 'POST /admin/catalog/webhooks/:id/replay',
        target: 'catalog: replay webhook w7',
        reason: 'it was missed',
        version: answer.body.version,
      },
    ]);
    const operations = await lastgood.sql<{ scope: string; author: string; reason: string }>(
      `SELECT scope, author, reason FROM lastgood.cache_operations WHERE stream = 'catalog' ORDER BY scope`,
    );
    expect(operations.map(({ scope }) => scope)).toEqual(['book:b7', 'books', 'books-of:1']);
    for (const { author, reason } of operations)
      expect([author, reason]).toEqual([expect.stringContaining('the admin'), 'it was missed']);
    await pollUntil(
      async () => (await list('?id=w7')).webhooks[0]!.status === 'done',
      'it is looked at again',
    );
  });

  it('replays what had failed, with its attempts and its error forgotten', async () => {
    await lastgood.sql(
      `UPDATE lastgood.webhook_events SET status = 'failed', attempts = 5, error = 'lost' WHERE id = 'w0'`,
    );
    expect((await replay('w0')).status).toBe(200);
    await pollUntil(async () => (await list('?id=w0')).webhooks[0]!.status === 'done', 'it is settled');
    expect((await list('?id=w0')).webhooks[0]).toMatchObject({ attempts: 1, error: null });
  });

  it('replays nothing that is not there, without a reason, or by anybody but an admin', async () => {
    const before = await version();
    expect(await replay('none')).toMatchObject({ status: 404, body: { code: 'webhook-not-found' } });
    for (const body of [{}, { reason: '' }, { reason: 'x' }, { reason: 'fine', more: 1 }])
      expect((await replay('w1', body)).status).toBe(400);
    expect((await replay('w1', { reason: 'fine' }, 'editor')).status).toBe(403);
    expect(await version()).toBe(before);
  });

  it.each(['a/b?c=%d_e~', `${'/'.repeat(66)}xy`])(
    'takes ids as they are, with slashes and signs: %s',
    async (id) => {
      await sendWebhook(lastgood, webhookOf('book.updated', { id: 'odd' }, id));
      expect((await replay(id)).body).toMatchObject({ id, status: 'pending' });
      expect(idsOf(await list(`?id=${encodeURIComponent(id)}`))).toEqual([id]);
    },
  );

  it('is not to be had while the database is away, and nothing else is', async () => {
    await lastgood.proxy.mode('refuse');
    try {
      const listed = await lastgood.ask(path, { as: 'viewer' });
      expect([listed.status, listed.body['code']]).toEqual([503, 'database-unavailable']);
      expect((await replay('w1')).status).toBe(503);
    } finally {
      await lastgood.proxy.mode('pass');
    }
  });
});
