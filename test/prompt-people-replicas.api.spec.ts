import type { Reader } from '../src/core/index.js';
import { PROMPT_SETTINGS_READER } from '../src/features/prompts/reading/prompt-readers.js';
import { CoherenceService } from '../src/platform/cache/index.js';
import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import {
  askAs,
  fillPeopleLibrary,
  peopleEnv,
  personPath,
  promptsVersion,
  putSettings,
  settingsOf,
} from './support/prompt-people-rig.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const secret = 'zz a text that nobody else has zz';
interface SettingsRead {
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly meta?: { readonly reason: string; readonly is_stale: boolean };
}
const read = async (app: TestApp, id: string) => {
  const { status, body } = await askAs<SettingsRead>(app, id, personPath(id));
  return { status, placeholders: body.placeholders, meta: body.meta };
};
const held = (app: TestApp, id: string) =>
  app.app.get<Reader<object>>(PROMPT_SETTINGS_READER).cache.entry(id)?.value;
const remove = (app: TestApp, id: string, rest = 'placeholders') =>
  askAs(app, id, personPath(id, rest), { method: 'DELETE' });

describeRedis('what people set, in two processes that share a Redis (PR-7, CO-13)', () => {
  let redis: RedisServer;
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { ...peopleEnv, REDIS_URL: redis.url };
    here = await TestApp.start({ env });
    there = await TestApp.start({ beside: here, env });
    await fillPeopleLibrary(here);
  });
  afterEach(async () => {
    await turn('pass');
    for (const app of [here, there]) {
      const isBack = async () => (await putSettings(app, 'probe', { tone: 'calm' })).status === 200;
      await pollUntil(isBack, 'it can be written again');
    }
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
    await redis.stop();
  });

  const turn = (mode: 'pass' | 'black-hole' | 'reset') =>
    Promise.all([here, there].map(({ proxy }) => proxy.mode(mode)));
  const inRedis = async (text: string) => {
    const keys = await redis.admin.keys('*val*');
    const values = await Promise.all(keys.map((key) => redis.admin.getBuffer(key)));
    return values.filter((value) => value?.includes(text)).length;
  };
  const kinds = (id: string) =>
    here
      .sql<{ kind: string }>(
        `SELECT kind FROM lastgood.change_log l WHERE scope = $1
           AND version = (SELECT version FROM lastgood.change_counter WHERE stream = l.stream) ORDER BY 1`,
        [`prompt-user:${id}`],
      )
      .then((rows) => rows.map(({ kind }) => kind));
  const bothApplied = async () => {
    const version = await promptsVersion(here);
    for (const { app } of [here, there])
      expect(await app.get(CoherenceService).whenApplied('prompts', version, 15_000)).toBe(true);
  };

  /** Both have it in memory, and Redis has it. */
  async function everywhere(id: string): Promise<void> {
    expect((await putSettings(here, id, { tone: secret, depth: secret })).status).toBe(200);
    for (const app of [here, there])
      expect(await settingsOf(app, id)).toEqual({ tone: secret, depth: secret });
    await pollUntil(async () => (await inRedis(secret)) > 0, 'it is in Redis');
  }

  it('is served by the one that did not change it', async () => {
    await everywhere('ann');
    const { body } = await putSettings(there, 'ann', { tone: 'new' });
    const headers = { 'x-min-version': body.min_version };
    const asked = await askAs(here, 'ann', personPath('ann'), { headers });
    expect([asked.status, asked.body.placeholders]).toEqual([200, { tone: 'new' }]);
    await remove(here, 'ann');
  });

  const ways: [way: string, id: string, take: (id: string) => Promise<unknown>][] = [
    ['who is forgotten', 'bob', (id) => remove(here, id)],
    [
      'who forgets one after the other',
      'cid',
      async (id) => {
        await remove(here, id, 'placeholders/tone');
        await remove(there, id, 'placeholders/depth');
      },
    ],
    ['who puts an empty set', 'dan', (id) => putSettings(there, id, {})],
    [
      'whom somebody deletes by plain SQL',
      'eve:x',
      (id) => here.sql(`DELETE FROM lastgood.user_placeholder_settings WHERE user_id = $1`, [id]),
    ],
  ];

  it.each(ways)('is nowhere any more, and served by nobody, of a person %s', async (_, id, take) => {
    await everywhere(id);
    await take(id);
    expect(await kinds(id)).toEqual(['changed', 'purged']);
    await bothApplied();
    // From here on nobody can ask the database what stands.
    await turn(id === 'bob' ? 'black-hole' : 'reset');
    // Before anybody asks: a read that finds it would delete it too.
    await pollUntil(async () => (await inRedis(secret)) === 0, 'not one byte of it is left in Redis');
    for (const app of [here, there]) {
      expect(JSON.stringify(held(app, id) ?? {})).not.toContain(secret);
      expect(await read(app, id)).toMatchObject({ status: 503, placeholders: undefined });
    }
  });

  it('never was a person whom nobody could read: no empty set is made up (PR-6)', async () => {
    await putSettings(here, 'fay', { tone: 'calm' });
    await bothApplied();
    await turn('black-hole');
    expect(await read(there, 'fay')).toMatchObject({ status: 503, placeholders: undefined });
    expect(held(there, 'fay')).toBeUndefined();
    await turn('pass');
    await pollUntil(async () => (await read(there, 'fay')).status === 200, 'it is read again');
    expect(await settingsOf(there, 'fay')).toEqual({ tone: 'calm' });
  });
});

describe('what people set, while the database is away (PR-6, PR-7)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start({ env: peopleEnv });
    await fillPeopleLibrary(lastgood);
  });
  afterEach(() => lastgood.proxy.mode('pass'));
  afterAll(() => lastgood.dispose());

  it('is what was last known, says so, and cannot be changed', async () => {
    await putSettings(lastgood, 'ann', { tone: 'calm' });
    await settingsOf(lastgood, 'ann');
    await lastgood.proxy.mode('reset');
    const changes = [
      await putSettings(lastgood, 'ann', { tone: 'other' }),
      await remove(lastgood, 'ann'),
      await remove(lastgood, 'ann', 'placeholders/tone'),
      await askAs(lastgood, 'ann', personPath('ann', 'apply-profile'), {
        method: 'POST',
        body: { profile: 'tutor' },
      }),
    ];
    for (const { status, body, headers } of changes) {
      expect([status, body.code]).toEqual([503, 'database-unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await read(lastgood, 'ann')).toMatchObject({ status: 200, placeholders: { tone: 'calm' } });
    const isLabelled = async () => (await read(lastgood, 'ann')).meta?.reason === 'unconfirmed';
    await pollUntil(isLabelled, 'it says that it is not confirmed');
    expect(await read(lastgood, 'ann')).toMatchObject({ status: 200, placeholders: { tone: 'calm' } });
    expect(await askAs(lastgood, 'bob', personPath('ann'))).toMatchObject({ status: 403 });
    await lastgood.proxy.mode('pass');
    const rows = await lastgood.sql(`SELECT placeholder, value FROM lastgood.user_placeholder_settings`);
    expect(rows).toEqual([{ placeholder: 'tone', value: 'calm' }]);
  });

  it('is stale once it is known to be superseded, and given with that label', async () => {
    await putSettings(lastgood, 'zoe', { tone: 'old' });
    await settingsOf(lastgood, 'zoe');
    const later = `UPDATE lastgood.user_placeholder_settings SET value = 'new' WHERE user_id = 'zoe'`;
    await lastgood.sql(later);
    const version = await promptsVersion(lastgood);
    expect(await lastgood.app.get(CoherenceService).whenApplied('prompts', version, 15_000)).toBe(true);
    await lastgood.proxy.mode('reset');
    const stale = await read(lastgood, 'zoe');
    expect(stale).toMatchObject({ status: 200, placeholders: { tone: 'old' }, meta: { is_stale: true } });
    await lastgood.proxy.mode('pass');
    const isNew = async () => JSON.stringify(await settingsOf(lastgood, 'zoe')) === '{"tone":"new"}';
    await pollUntil(isNew, 'what is new is served');
  });
});
