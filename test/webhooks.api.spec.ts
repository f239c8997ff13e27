import { randomUUID } from 'node:crypto';
import { signLegacyWebhook, signWebhook } from '../src/testing/index.js';
import { TestApp } from './support/test-app.js';
import { payloadOf, sendWebhook, versionOf, webhookOf, webhookSecret } from './support/webhook-sender.js';

const oldSecret = `whsec_${Buffer.from('the secret that is being replaced').toString('base64')}`;
const strange = `whsec_${Buffer.from('a secret that nobody here knows').toString('base64')}`;
const plain = 'an-older-secret-of-24-characters';

describe('POST /webhooks/catalog (CT-4, CT-5)', () => {
  let lastgood: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    const env = {
      CATALOG_WEBHOOK_SECRETS: `${oldSecret},${webhookSecret}`,
      CATALOG_WEBHOOK_LEGACY_SECRETS: plain,
    };
    lastgood = await TestApp.start({ env });
    beside = await TestApp.start({ beside: lastgood, env });
  });

  afterAll(async () => {
    await beside.dispose();
    await lastgood.dispose();
  });

  const logSince = (version: number) =>
    lastgood.sql<{ version: number; scope: string }>(
      `SELECT version::float8 AS version, scope FROM lastgood.change_log
       WHERE stream = 'catalog' AND version > $1 ORDER BY version, scope`,
      [version],
    );
  const version = async () => {
    const [row] = await lastgood.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'catalog'`,
    );
    return row!.version;
  };
  it('answers 200 once the event and its changes are committed, and applied here (CT-5)', async () => {
    const before = await version();
    const answer = await sendWebhook(
      lastgood,
      webhookOf('book.updated', { id: 7, publisher_id: 'p1' }, 'a1'),
    );
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'accepted', id: 'a1', version: expect.stringMatching(new RegExp(`:${before + 1}$`)) },
    ]);
    expect(await logSince(before)).toEqual([
      { version: before + 1, scope: 'book:7' },
      { version: before + 1, scope: 'books' },
      { version: before + 1, scope: 'books-of:p1' },
    ]);
    const [row] = await lastgood.sql(
      `SELECT event, subject_id, publisher_id, status FROM lastgood.webhook_events WHERE id = 'a1'`,
    );
    expect(row).toMatchObject({ event: 'book.updated', subject_id: '7', publisher_id: 'p1' });
  });

  it('answers a repeat as a duplicate, here and on another replica, and counts nothing (CT-5)', async () => {
    const webhook = webhookOf('publisher.updated', { id: '3' });
    const first = await sendWebhook(lastgood, webhook);
    const before = await version();
    const again = [await sendWebhook(lastgood, webhook), await sendWebhook(beside, webhook)];
    expect(again.map(({ status, body }) => [status, body.status, body.id])).toEqual(
      again.map(() => [200, 'duplicate', first.body.id]),
    );
    expect(await version()).toBe(before);
    expect(again.every(({ body }) => versionOf(body) >= versionOf(first.body))).toBe(true);
  });

  it('accepts one of many that are the same, sent to two replicas at once (CT-5, CT-10)', async () => {
    for (let round = 0; round < 15; round++) {
      const webhook = webhookOf('book.created', { id: `r${round}`, publisher_id: '1' });
      const sent = Array.from({ length: 8 }, (_, at) => sendWebhook(at % 2 ? lastgood : beside, webhook));
      const statuses = (await Promise.all(sent)).map(({ status, body }) => `${status} ${body.status}`);
      expect(statuses.toSorted()).toEqual(['200 accepted', ...Array<string>(7).fill('200 duplicate')]);
    }
  });

  it('commits what arrives together in few versions, each scope once (CT-5, CO-3)', async () => {
    const before = await version();
    const burst = Array.from({ length: 300 }, (_, at) =>
      sendWebhook(lastgood, webhookOf('book.updated', { id: String(at % 10), publisher_id: '1' })),
    );
    const answers = await Promise.all(burst);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['200 accepted']),
    );
    const raised = (await version()) - before;
    expect(raised).toBeLessThan(100);
    const logged = await logSince(before);
    expect(new Set(logged.map(({ version: at, scope }) => `${at} ${scope}`)).size).toBe(logged.length);
    expect(new Set(logged.map(({ version: at }) => at)).size).toBe(raised);
  });

  it('takes the secret that is being replaced, the new one, and both at once (CT-4, CT-10)', async () => {
    for (const secret of [oldSecret, webhookSecret, [strange, webhookSecret], [oldSecret, webhookSecret]]) {
      const { status, body } = await sendWebhook(
        lastgood,
        signWebhook(payloadOf('book.updated'), { secret }),
      );
      expect([status, body.status]).toEqual([200, 'accepted']);
    }
  });

  it('takes the older form where it is enabled, once each (CT-4)', async () => {
    const webhook = signLegacyWebhook(payloadOf('book.updated', { id: randomUUID() }), plain);
    const answers = [await sendWebhook(lastgood, webhook), await sendWebhook(beside, webhook)];
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual([
      [200, 'accepted'],
      [200, 'duplicate'],
    ]);
    expect(answers[0]!.body.id).toMatch(/^legacy\.[0-9a-f]{64}$/);
  });

  it('takes any content type, and none', async () => {
    for (const type of ['text/plain', 'application/octet-stream', 'x/y; charset=utf-8']) {
      const webhook = webhookOf('book.updated');
      const headers = { ...webhook.headers, 'content-type': type };
      expect((await sendWebhook(lastgood, { ...webhook, headers })).status).toBe(200);
    }
  });

  it('keeps moments that no calendar of Postgres knows by that name', async () => {
    const { body } = await sendWebhook(
      lastgood,
      signWebhook(
        { ...payloadOf('book.updated'), timestamp: '0000-01-01T00:00:00+14:00' },
        { secret: webhookSecret },
      ),
    );
    const listed = await lastgood.ask<{ webhooks: { sentAt: string }[] }>(
      `/admin/catalog/webhooks?id=${body.id}`,
      { as: 'viewer' },
    );
    expect([listed.status, listed.body.webhooks.length]).toEqual([200, 1]);
  });
});
