import { WebhookEventRepository } from '../src/features/catalog/webhooks/keeping/webhook-event.repository.js';
import type { FaultMode } from '../src/testing/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';
import { sendWebhook, webhookEnv, webhookOf, type Refusal } from './support/webhook-sender.js';

describe('webhooks while the database fails (CT-5)', () => {
  let lastgood: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start({ env: webhookEnv });
    beside = await TestApp.start({ beside: lastgood, env: webhookEnv });
  });

  afterEach(() => lastgood.proxy.mode('pass'));

  afterAll(async () => {
    await beside.dispose();
    await lastgood.dispose();
  });

  const kept = async (prefix: string) => {
    const rows = await lastgood.sql<{ id: string }>(
      `SELECT id FROM lastgood.webhook_events WHERE id LIKE $1 ORDER BY id`,
      [`${prefix}%`],
    );
    return rows.map(({ id }) => id);
  };
  const marks = async (scope: string) =>
    (await lastgood.sql(`SELECT 1 FROM lastgood.change_log WHERE stream = 'catalog' AND scope = $1`, [scope]))
      .length;

  it.each<FaultMode & string>(['refuse', 'reset', 'half-open', 'black-hole'])(
    'are answered 503 while it is gone (%s), and what is sent again is accepted once',
    async (mode) => {
      const webhook = webhookOf('book.updated', { id: `b-${mode}` }, `gone-${mode}`);
      await lastgood.proxy.mode(mode);
      const refused = await sendWebhook<Refusal>(lastgood, webhook);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect(['webhook-not-kept', 'database-unavailable', 'commit-in-doubt']).toContain(refused.body.code);
      expect(await kept(`gone-${mode}`)).toEqual([]);
      await lastgood.proxy.mode('pass');
      const statuses: string[] = [];
      const isAccepted = async () => {
        const { status, body } = await sendWebhook(lastgood, webhook);
        if (status === 200) statuses.push(body.status);
        return status === 200;
      };
      await pollUntil(isAccepted, 'it is accepted', undefined, 30_000);
      const others = [await sendWebhook(lastgood, webhook), await sendWebhook(beside, webhook)];
      expect([...statuses, ...others.map(({ body }) => body.status)]).toEqual([
        'accepted',
        'duplicate',
        'duplicate',
      ]);
      expect([await kept(`gone-${mode}`), await marks(`book:b-${mode}`)]).toEqual([[`gone-${mode}`], 1]);
    },
    60_000,
  );

  it('are all answered in a burst that the database does not hear of, and none is kept silently', async () => {
    await lastgood.proxy.mode('black-hole');
    const burst = Array.from({ length: 250 }, (_, at) =>
      sendWebhook<Refusal>(lastgood, webhookOf('book.updated', { id: '1' }, `hole-${at}`)),
    );
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(await kept('hole-')).toEqual([]);
  });

  it('are none lost, and none counted twice, while connections break again and again', async () => {
    const total = 120;
    const sendUntilKept = async (at: number) => {
      const webhook = webhookOf('book.updated', { id: `cut${at}` }, `cut-${String(at).padStart(3, '0')}`);
      const isKept = async () => (await sendWebhook(lastgood, webhook)).status === 200;
      await pollUntil(isKept, `${at} is kept`, undefined, 40_000);
    };
    let cuts = 0;
    const breakUntil = async (isOver: () => boolean) => {
      while (!isOver() && cuts < 12) {
        const seen = (await kept('cut-')).length;
        await lastgood.proxy.mode('reset');
        await lastgood.proxy.mode('pass');
        cuts++;
        const isFurther = async () => isOver() || (await kept('cut-')).length > seen;
        await pollUntil(isFurther, 'more are kept', undefined, 40_000);
      }
    };
    const sent = { all: false };
    const breaking = breakUntil(() => sent.all);
    for (let from = 0; from < total; from += 10)
      await Promise.all(Array.from({ length: 10 }, (_, at) => sendUntilKept(from + at)));
    sent.all = true;
    await breaking;
    expect(cuts).toBeGreaterThan(1);
    expect(await kept('cut-')).toHaveLength(total);
    for (const at of [0, 1, 59, total - 1]) expect(await marks(`book:cut${at}`)).toBe(1);
  }, 90_000);

  it('are kept where the database takes all but one of those that came together (CT-5)', async () => {
    const check = `ADD CONSTRAINT no_such CHECK (id <> 'mixed-3') NOT VALID`;
    await lastgood.sql(`ALTER TABLE lastgood.webhook_events ${check}`);
    try {
      const sent = Array.from({ length: 6 }, (_, at) =>
        sendWebhook<Refusal>(lastgood, webhookOf('book.updated', { id: '1' }, `mixed-${at}`)),
      );
      const answers = await Promise.all(sent);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 503, 200, 200]);
      expect(answers[3]!.body).toMatchObject({
        code: 'webhook-not-kept',
        detail: expect.stringContaining('no_such'),
      });
    } finally {
      await lastgood.sql('ALTER TABLE lastgood.webhook_events DROP CONSTRAINT no_such');
    }
    expect(await kept('mixed-')).toHaveLength(5);
  });

  it('are soon taken again, here and beside, where the network went within a transaction (CT-5)', async () => {
    const { Client } = await import('pg');
    const holder = new Client({ connectionString: lastgood.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT 1 FROM lastgood.change_counter WHERE stream = 'catalog' FOR UPDATE`);
    const webhook = (id: string) => webhookOf('book.updated', { id: 'within' }, `within-${id}`);
    const refused = sendWebhook<Refusal>(lastgood, webhook('cut'));
    const isWaiting = async () => (await lastgood.sql('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0;
    await pollUntil(isWaiting, 'the transaction waits for the counter');
    await lastgood.proxy.mode('black-hole');
    // From now on that transaction has the counter, and nobody who would end it.
    await holder.end();
    await lastgood.proxy.mode('pass');
    const isTaken = async (app: TestApp, id: string) => (await sendWebhook(app, webhook(id))).status === 200;
    // The pool for writing waits longer than that for an answer.
    for (const app of [beside, lastgood])
      await pollUntil(() => isTaken(app, 'next'), 'the next one is taken', undefined, 8_000);
    expect((await refused).status).toBe(503);
    await pollUntil(() => isTaken(lastgood, 'cut'), 'it is taken');
    expect(await kept('within-')).toEqual(['within-cut', 'within-next']);
  }, 30_000);

  it('are answered 503 with the pid of whoever holds the lock of the counter', async () => {
    const { Client } = await import('pg');
    const holder = new Client({ connectionString: lastgood.databaseUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      const { rows } = await holder.query<{ pid: number }>(
        `SELECT pg_backend_pid() AS pid FROM lastgood.change_counter WHERE stream = 'catalog' FOR UPDATE`,
      );
      const { status, body } = await sendWebhook<Refusal>(
        lastgood,
        webhookOf('book.updated', { id: '1' }, 'locked'),
      );
      expect([status, body.detail]).toEqual([503, expect.stringContaining(`process ${rows[0]!.pid}`)]);
    } finally {
      await holder.end();
    }
    expect(await kept('locked')).toEqual([]);
    expect((await sendWebhook(lastgood, webhookOf('book.updated', { id: '1' }, 'locked'))).body.status).toBe(
      'accepted',
    );
  });

  it('are taken over by one of the replicas where their process has died, five times at most (CT-5)', async () => {
    await lastgood.sql(
      `INSERT INTO lastgood.webhook_events (id, event, subject_id, scopes, sent_at, looked_at, attempts)
       SELECT 'left-' || n, 'book.updated', '1', '{book:1}', now(), now() - interval '61 s', CASE WHEN n > 20 THEN 5 ELSE 1 END
       FROM generate_series(1, 25) AS n`,
    );
    await lastgood.sql(
      `INSERT INTO lastgood.webhook_events (id, event, subject_id, scopes, sent_at, looked_at)
       VALUES ('young', 'book.updated', '1', '{book:1}', now(), now() - interval '59 s')`,
    );
    const limits = { attempts: 5, afterMs: 60_000, rows: 7 };
    const repositories = [lastgood, beside].map(({ app }) =>
      app.get(WebhookEventRepository, { strict: false }),
    );
    const taken: string[] = [];
    let failed = 0;
    for (let more = true; more;) {
      const both = await Promise.all(repositories.map((events) => events.takeOver(limits)));
      more = both.some((each) => each.taken.length + each.failed > 0);
      for (const each of both) {
        taken.push(...each.taken.map(({ id }) => id));
        failed += each.failed;
      }
    }
    expect(taken.toSorted()).toEqual(Array.from({ length: 20 }, (_, at) => `left-${at + 1}`).toSorted());
    expect(failed).toBe(5);
    const rows = await lastgood.sql<{
      status: string;
      attempts: number;
      error: string | null;
      count: number;
    }>(
      `SELECT status, attempts, error, count(*)::integer AS count FROM lastgood.webhook_events
       WHERE id LIKE 'left-%' GROUP BY 1, 2, 3 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { status: 'failed', attempts: 5, error: 'not settled in 5 attempts', count: 5 },
      { status: 'pending', attempts: 2, error: null, count: 20 },
    ]);
  });

  it('are settled by whoever looks at them, and by nobody whom they were taken from (CT-5)', async () => {
    const [row] = await lastgood.sql<{ lookedAt: number }>(
      `INSERT INTO lastgood.webhook_events (id, event, subject_id, scopes, sent_at, looked_at)
       VALUES ('slow', 'book.updated', '1', '{book:1}', now(), clock_timestamp() - interval '61 s')
       RETURNING (extract(epoch FROM looked_at) * 1000000)::float8 AS "lookedAt"`,
    );
    const events = lastgood.app.get(WebhookEventRepository, { strict: false });
    const { taken } = await events.takeOver({ attempts: 5, afterMs: 60_000, rows: 1 });
    expect(taken.map(({ id }) => id)).toEqual(['slow']);
    const statusOf = async () =>
      (
        await lastgood.sql<{ status: string }>(`SELECT status FROM lastgood.webhook_events WHERE id = 'slow'`)
      )[0]!.status;
    const end = { id: 'slow', error: null } as const;
    await events.settle([{ ...end, status: 'failed', lookedAt: row!.lookedAt }]);
    expect(await statusOf()).toBe('pending');
    await events.settle([{ ...end, status: 'done', lookedAt: taken[0]!.lookedAt }]);
    expect(await statusOf()).toBe('done');
  });

  it('go once they are older than the log is kept, and count nothing as they go (CT-5)', async () => {
    const events = lastgood.app.get(WebhookEventRepository, { strict: false });
    await lastgood.sql(
      `INSERT INTO lastgood.webhook_events (id, event, subject_id, scopes, sent_at, received_at)
       SELECT 'old-' || n, 'book.updated', '1', '{book:1}', now(), now() - interval '30 days 1 minute'
       FROM generate_series(1, 12) AS n`,
    );
    const version = async () =>
      (
        await lastgood.sql<{ version: string }>(
          `SELECT version FROM lastgood.change_counter WHERE stream = 'catalog'`,
        )
      )[0];
    const before = await version();
    const keepMs = 30 * 86_400_000;
    expect([
      await events.prune(keepMs, 10),
      await events.prune(keepMs, 10),
      await events.prune(keepMs, 10),
    ]).toEqual([10, 2, 0]);
    expect([await kept('old-'), await version()]).toEqual([[], before]);
    expect((await kept('cut-')).length).toBeGreaterThan(0);
  });
});
