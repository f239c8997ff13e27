import { WebhookUpkeep } from '../src/features/catalog/webhooks/looking/webhook-upkeep.service.js';
import { CatalogUpstream } from '../src/testing/index.js';
import { FleetNode } from './support/fleet-node.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';
import { sendWebhook, webhookEnv, webhookOf } from './support/webhook-sender.js';

const total = 400;
const senders = 16;

/** Two built processes take a burst of webhooks, and one of them ends within it. */
describe('webhooks while a process ends (CT-5)', () => {
  let upstream: CatalogUpstream;
  let beside: TestApp;
  let env: Record<string, string>;
  let leaving: FleetNode;
  let staying: FleetNode;
  /** Of each event, what its sender was answered with 200. */
  let answers: Map<string, string[]>;

  beforeAll(async () => {
    upstream = await CatalogUpstream.start();
    upstream.putPublisher({ id: '1', name: 'one' });
    upstream.putBook({ id: '1', publisher_id: '1', title: 'first' });
    env = { ...webhookEnv, CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey };
    beside = await TestApp.start({ env });
  });

  beforeEach(async () => {
    [leaving, staying] = await Promise.all([
      FleetNode.start(beside.databaseUrl, beside.keys, env),
      FleetNode.start(beside.databaseUrl, beside.keys, env),
    ]);
    answers = new Map();
  });

  afterEach(async () => {
    upstream.heal();
    for (const node of [leaving, staying]) {
      node.server.kill('SIGKILL');
      await node.server.exit();
      await node.dispose();
    }
  });

  afterAll(async () => {
    await beside.dispose();
    await upstream.close();
  });

  const accepted = () => [...answers.values()].flat().length;
  /** As senders do: what was not answered with 200 is sent again, to the other process. */
  const send = async (id: string) => {
    const webhook = webhookOf('book.updated', { id: '1', publisher_id: '1' }, id);
    let to = leaving;
    const isKept = async () => {
      const at = to;
      to = to === leaving ? staying : leaving;
      const answer = await sendWebhook(at, webhook).catch(() => null);
      if (answer?.status === 200) answers.set(id, [...(answers.get(id) ?? []), answer.body.status]);
      return answer?.status === 200;
    };
    await pollUntil(isKept, `${id} is accepted`, () => staying.server.output.slice(-2_000), 60_000);
  };
  const burst = async (name: string, ids = Array.from({ length: total }, (_, at) => `${name}-${at}`)) => {
    const left = [...ids];
    const sendOn = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) await send(id);
    };
    await Promise.all(Array.from({ length: senders }, sendOn));
    return ids;
  };
  const rowsOf = (name: string) =>
    beside.sql<{ id: string; status: string; attempts: number }>(
      'SELECT id, status, attempts FROM lastgood.webhook_events WHERE id LIKE $1',
      [`${name}-%`],
    );
  const count = async (name: string, status: string) =>
    (await rowsOf(name)).filter((row) => row.status === status).length;
  /** As if a minute had gone by: a third process does what each does every minute. */
  const takeOver = async (name: string) => {
    await beside.sql(
      `UPDATE lastgood.webhook_events SET looked_at = looked_at - interval '61 s'
       WHERE id LIKE $1 AND status = 'pending'`,
      [`${name}-%`],
    );
    const upkeep = beside.app.get(WebhookUpkeep) as unknown as { takeOver(): Promise<void> };
    await upkeep.takeOver();
  };
  const untilDone = (name: string) =>
    pollUntil(
      async () => (await count(name, 'done')) === total,
      'every event is done',
      () => staying.server.output.slice(-2_000),
      100_000,
    );
  const expectEachOnce = async (name: string, ids: readonly string[]) => {
    expect((await rowsOf(name)).map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
    // One whose answer was lost was accepted all the same, and is a duplicate when it is sent again.
    const wrong = ids.filter((id) => !['accepted', 'duplicate'].includes(answers.get(id)!.join()));
    expect(wrong).toEqual([]);
    const repeated = await Promise.all(
      ids.slice(0, 20).map((id) => sendWebhook(staying, webhookOf('book.updated', { id: '1' }, id))),
    );
    expect(new Set(repeated.map(({ body }) => body.status))).toEqual(new Set(['duplicate']));
  };

  it('accepts each once and ends each as done, though a process is killed in a burst', async () => {
    for (const node of [leaving, staying, beside])
      expect((await node.ask('/api/v1/catalog/books/1')).status).toBe(200);
    // What the process holds cannot become right: it leaves what it took in pending.
    upstream.behave({ status: 500 });
    const bursting = burst('killed');
    await pollUntil(() => accepted() >= total / 4, 'the burst is under way');
    leaving.server.kill('SIGKILL');
    const ids = await bursting;
    await leaving.server.exit();
    const left = await count('killed', 'pending');
    expect(left).toBeGreaterThan(0);
    await expectEachOnce('killed', ids);
    upstream.heal();
    await takeOver('killed');
    await untilDone('killed');
    expect((await rowsOf('killed')).some(({ attempts }) => attempts > 1)).toBe(true);
  }, 180_000);

  it('loses nothing where a process is told to end in a burst, which it does in time', async () => {
    const bursting = burst('ended');
    await pollUntil(() => accepted() >= total / 4, 'the burst is under way');
    leaving.server.kill('SIGTERM');
    expect(await leaving.server.exit()).toBe(0);
    await expectEachOnce('ended', await bursting);
  }, 90_000);
});
