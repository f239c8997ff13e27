import { describeRedis } from './support/describe-redis.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const token = 'a-token-of-the-tests.with.dots';
const wrong = token.replace('a-', 'b-');

describe('a token of its own for the metrics (OP-5)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start({ env: { METRICS_TOKEN: token } });
  });

  afterAll(() => lastgood.dispose());

  const ask = (path: string, bearer: string | null, method = 'GET') =>
    lastgood.ask<Record<string, unknown>>(path, {
      method,
      as: null,
      headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
    });

  it.each(['GET', 'HEAD'])('reads them (%s)', async (method) => {
    expect((await ask('/metrics', token, method)).status).toBe(200);
  });

  it('opens nothing else, nor is it told from any wrong key there', async () => {
    for (const path of ['/health', '/docs', '/admin/cluster', '/api/v1/config/snapshot']) {
      const [ours, none] = [await ask(path, token), await ask(path, null)];
      expect([path, ours.status]).toEqual([path, 401]);
      expect({ ...ours.body, requestId: '' }).toEqual({ ...none.body, requestId: '' });
    }
    expect((await ask('/metrics', token, 'POST')).status).toBe(405);
  });

  it('leaves API keys as they are: viewers read, clients may not, wrong ones are nobody', async () => {
    expect((await lastgood.ask('/metrics', { as: 'viewer' })).status).toBe(200);
    expect(await lastgood.ask('/metrics', { as: 'client' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    const none = await ask('/metrics', null);
    for (const key of [wrong, token.slice(0, -1), `${token}x`, '']) {
      const refused = await ask('/metrics', key);
      expect(refused).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
      expect({ ...refused.body, requestId: '' }).toEqual({ ...none.body, requestId: '' });
    }
  });

  it('is not in the log', async () => {
    await ask('/metrics', token);
    await ask('/metrics', wrong);
    expect(JSON.stringify(lastgood.logs)).not.toContain(token);
  });
});

describeRedis('the token of a process that starts without Postgres (OP-5)', () => {
  let redis: RedisServer;
  let warm: TestApp;

  beforeAll(async () => {
    redis = await RedisServer.start();
    warm = await TestApp.start({ env: { REDIS_URL: redis.url }, prepare: patient });
  });

  afterAll(async () => {
    await warm.dispose();
    await redis.stop();
  });

  it('reads the metrics while no key is known, for what is never in Redis, and nobody else does', async () => {
    const isThere = async () => (await redis.admin.keys('*model-config:snapshot*')).length > 0;
    await pollUntil(isThere, 'there is something to serve');
    const server = new ServerProcess({
      DATA_DIR: tempFolder('metrics'),
      DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none',
      REDIS_URL: redis.url,
      METRICS_TOKEN: token,
    });
    try {
      const url = await server.url();
      const scrape = async (bearer: string) => {
        const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${bearer}` } });
        return { status: answer.status, text: await answer.text() };
      };
      const { status, text } = await scrape(token);
      expect(status).toBe(200);
      expect(text).toMatch(/^service_state\{state="ok"\} 0$/m);
      expect(text).toMatch(/^coherence_probe_age_seconds \d/m);
      // Of what was never seen nothing is told, not even 0.
      expect(text).not.toMatch(/^(database_counter|database_oldest|audit_chain|coherence_lag)\w* \d/m);
      expect((await scrape(wrong)).status).toBe(503);
      expect((await scrape(warm.keys.viewer)).status).toBe(503);
    } finally {
      await server.stop();
    }
  });
});
