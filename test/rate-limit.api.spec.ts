import type { Role } from '../src/platform/security/index.js';
import { describeRedis } from './support/describe-redis.js';
import type { Answer } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const real = { ADMIN_RATE_PER_SECOND: '10', ADMIN_RATE_BURST: '20', TRUST_PROXY: '1' };
const route = '/admin/phases';

/** So many calls at once, from an address and with a key. */
const atOnce = (app: TestApp, count: number, as: Role | null, ip: string, path = route): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => app.ask(path, { as, headers: { 'x-forwarded-for': ip } })));
const passed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 429).length;

/** Runs `work`; what it let pass beyond 20 can only have come in while it took. */
async function expectABurst(work: () => Promise<Answer[]>, bursts = 1): Promise<Answer[]> {
  const startedAt = performance.now();
  const answers = await work();
  const cameIn = Math.ceil((performance.now() - startedAt) / 100) * bursts;
  expect(passed(answers)).toBeGreaterThanOrEqual(20 * bursts);
  expect(passed(answers)).toBeLessThanOrEqual(20 * bursts + cameIn);
  return answers;
}

let address = 0;
/** One that nobody called from yet. */
const newAddress = () => `203.0.113.${++address}`;

describe('calls of admin routes (OP-2)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env: real })));
  afterAll(() => lastgood.dispose());

  it('by one identity are 20 at once, from wherever they come', async () => {
    const answers = await expectABurst(async () =>
      (
        await Promise.all([newAddress(), newAddress()].map((ip) => atOnce(lastgood, 19, 'viewer', ip)))
      ).flat(),
    );
    const refused = answers.find(({ status }) => status === 429)!;
    expect(refused.body).toMatchObject({
      status: 429,
      code: 'rate-limited',
      title: 'Too many requests',
      detail: expect.stringContaining('identity'),
    });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=20;w=2, "identity";q=20;w=2');
    expect(refused.headers.get('ratelimit')).toMatch(/^"address";r=\d+;t=[012], "identity";r=0;t=2$/);
  });

  it('from one address are 20 at once, whoever calls, and before anybody is known', async () => {
    const ip = newAddress();
    const answers = await expectABurst(() => atOnce(lastgood, 60, null, ip));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    // A token comes back every 100 ms, which a busy machine lets go by.
    const known = (await atOnce(lastgood, 20, 'admin', ip)).find(({ status }) => status === 429);
    expect(known).toMatchObject({ body: { detail: expect.stringContaining('address') } });
    expect(known!.headers.get('ratelimit')).toMatch(/^"address";r=0;t=2$/);
  });

  it('from one IPv6 subscriber are 20 at once, whichever of their addresses they use', async () => {
    await expectABurst(async () =>
      (
        await Promise.all(
          Array.from({ length: 60 }, (_, at) =>
            atOnce(lastgood, 1, null, `2001:db8:0:7::${at.toString(16)}`),
          ),
        )
      ).flat(),
    );
    expect(passed(await atOnce(lastgood, 1, null, '2001:db8:0:8::1'))).toBe(1);
  });

  it('that a forged X-Forwarded-For makes seem to come from elsewhere are counted all the same', async () => {
    const ip = newAddress();
    await expectABurst(async () =>
      (
        await Promise.all(
          Array.from({ length: 60 }, (_, at) => atOnce(lastgood, 1, null, `198.51.100.${at}, ${ip}`)),
        )
      ).flat(),
    );
  });

  it('tell what is left', async () => {
    const [answer] = await atOnce(lastgood, 1, 'editor', newAddress());
    expect(answer!.status).toBe(200);
    expect(answer!.headers.get('ratelimit')).toBe('"address";r=19;t=1, "identity";r=19;t=1');
  });

  it('are refused after those that cannot pass are counted: 403 costs a token as well', async () => {
    const answers = await expectABurst(() => atOnce(lastgood, 40, 'client', newAddress()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 429]));
  });

  it.each(['/api/v1/config/phases/stage_4', '/health/live', '/metrics'])(
    'do not count those of others: %s',
    async (path) => {
      const answers = await atOnce(lastgood, 60, 'writer', newAddress(), path);
      expect(passed(answers)).toBe(60);
      expect(answers[0]!.headers.has('ratelimit')).toBe(false);
    },
  );
});

describeRedis('calls of admin routes of two processes with a Redis (OP-2)', () => {
  let redis: RedisServer;
  let apps: TestApp[];
  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { ...real, REDIS_URL: redis.url };
    const first = await TestApp.start({ env });
    apps = [first, await TestApp.start({ env, beside: first })];
    await untilShared();
  });
  afterAll(async () => {
    for (const app of apps.toReversed()) await app.dispose();
    await redis.stop();
  });

  /** Each of them has Redis, and the other's tokens with it. */
  const untilShared = () =>
    pollUntil(async () => {
      const before = await redis.calls('evalsha');
      for (const app of apps) await atOnce(app, 1, null, newAddress());
      return (await redis.calls('evalsha')) >= before + 2;
    }, 'both processes ask Redis');
  /** In turn, one after the other: all of this is one process here, and at once it would be too slow for Redis. */
  const toBoth = async (as: Role, count: number) => {
    const answers: Answer[] = [];
    for (let at = 0; at < count; at++)
      answers.push(...(await atOnce(apps[at % 2]!, 1, as, at % 32 < 16 ? here : there)));
    return answers;
  };
  let here: string;
  let there: string;
  beforeEach(() => ([here, there] = [newAddress(), newAddress()] as [string, string]));

  it('are 20 at once in all', async () => {
    await expectABurst(() => toBoth('viewer', 40));
  });

  it('are 20 at once in each process while Redis is away, and none of them waits', async () => {
    await redis.kill();
    await pollUntil(
      () => apps.every((app) => app.logs.some(({ msg }) => String(msg).startsWith('tier does not answer'))),
      'both know that Redis is away',
    );
    const answers = await expectABurst(() => toBoth('editor', 60), 2);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    await redis.restart();
    await untilShared();
    [here, there] = [newAddress(), newAddress()];
    await expectABurst(() => toBoth('admin', 40));
  });
});
