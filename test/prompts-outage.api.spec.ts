import { epochSql } from '../src/adapters/postgres/epoch-sql.js';
import { renderPoint, type Point } from '../src/core/index.js';
import type { PromptBatchAnswer, PromptDataAnswer } from '../src/features/prompts/prompt/prompt-wire.js';
import { CoherenceService } from '../src/platform/cache/index.js';
import type { Ask, Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { markRemoved, putLabel, putSettings, putTemplate } from './support/prompt-rows.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const text = (node: string, more: object = {}) => ({ node, body: '{{ tone }} {{ name }}', ...more });

describe('prompts while the database is away', () => {
  let here: TestApp;
  let there: TestApp;
  beforeAll(async () => {
    here = await TestApp.start();
    there = await TestApp.start({ beside: here });
    await putTemplate(here, text('strict', { ttlSeconds: 2 }));
    await putTemplate(here, text('lenient', { ttlSeconds: 2, allowStale: true }));
    await putTemplate(here, text('lasting'));
    await putSettings(here, 'ann', { tone: 'soft' });
    await putSettings(here, 'eve', { tone: 'loud' });
  });
  afterEach(() => heal());
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const blackHole = () => Promise.all([here.proxy.mode('black-hole'), there.proxy.mode('black-hole')]);
  const heal = async () => {
    await Promise.all([here.proxy.mode('pass'), there.proxy.mode('pass')]);
    const { version } = await promptsCounter();
    for (const { app } of [here, there]) {
      expect(await app.get(CoherenceService).whenApplied('prompts', version, 15_000)).toBe(true);
    }
  };
  const promptsCounter = async () => {
    const [row] = await here.sql<Point>(
      `SELECT ${epochSql} AS epoch, version::float8 AS version
       FROM lastgood.change_counter c WHERE stream = 'prompts'`,
    );
    return row!;
  };
  const data = (app: TestApp, node: string, user: string | null = 'ann', ask: Ask = {}) =>
    app.ask<PromptDataAnswer>('/api/v1/prompt-data', {
      method: 'POST',
      body: { node_name: node, user_id: user },
      ...ask,
    });
  const generate = async (app: TestApp, node: string, user: string | null = 'ann') => {
    const body = { node_name: node, user_id: user, context: { name: 'Bo' } };
    return (await app.ask('/api/v1/generate-prompt', { method: 'POST', body })).body;
  };
  const codeOf = ({ status, body }: { status: number; body: unknown }) => [status, (body as Json).code];
  const isFresh = (app: TestApp, node: string, user: string | null = 'ann') =>
    pollUntil(async () => {
      const { status, body } = await data(app, node, user);
      return status === 200 && !body.meta.is_stale;
    }, `${node} is fresh`);

  it('go on from what is held, and end where it is older than its template allows (PR-4)', async () => {
    for (const node of ['strict', 'lenient', 'lasting']) await isFresh(here, node);
    const etag = (await data(here, 'lenient')).headers.get('etag')!;
    await blackHole();
    expect((await data(here, 'strict')).body.meta).toMatchObject({ is_stale: false });
    await pollUntil(async () => (await data(here, 'strict')).status !== 200, 'it is too old');

    const strict = await data(here, 'strict');
    expect(codeOf(strict)).toEqual([503, 'prompt-too-stale']);
    expect(Number(strict.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(strict.text).not.toContain('soft');
    expect(await generate(here, 'strict')).toMatchObject({ status: 503, code: 'prompt-too-stale' });

    const lenient = await data(here, 'lenient');
    expect(lenient.status).toBe(200);
    expect(lenient.body.meta).toMatchObject({ is_stale: true });
    expect(lenient.body.meta.age_ms).toBeGreaterThanOrEqual(2_000);
    expect(Number(lenient.headers.get('age'))).toBeGreaterThanOrEqual(2);
    expect(lenient.headers.get('cache-status')).toContain(`detail=${lenient.body.meta.reason}`);
    expect(lenient.headers.get('cache-control')).toContain('stale-if-error=86400');
    expect((await data(here, 'lenient', 'ann', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(await generate(here, 'lenient')).toMatchObject({ prompt: 'soft Bo', meta: { is_stale: true } });

    expect((await data(here, 'lasting')).body.meta).toMatchObject({ is_stale: false });
    expect(await generate(here, 'lasting')).toMatchObject({ prompt: 'soft Bo' });

    await heal();
    await isFresh(here, 'strict');
  });

  it('are never made of an empty set of settings that nobody has told of (PR-6)', async () => {
    for (const node of ['strict', 'lenient', 'lasting']) await isFresh(here, node, null);
    await blackHole();
    for (const node of ['lenient', 'lasting']) {
      for (const user of ['eve', 'somebody-new']) {
        expect(codeOf(await data(here, node, user))).toEqual([503, 'unavailable']);
        expect(await generate(here, node, user)).toMatchObject({ status: 503 });
      }
      // Nobody's settings are none, which nobody needs to be asked for.
      expect((await data(here, node, null)).status).toBe(200);
    }
    await heal();
    for (const user of ['eve', 'somebody-new']) await isFresh(here, 'lasting', user);
    expect((await data(here, 'lasting', 'eve')).body.user_placeholders).toEqual({ tone: 'loud' });
    expect((await data(here, 'lasting', 'somebody-new')).body.user_placeholders).toEqual({});
  });

  it('are said to be unavailable, and not that they do not exist', async () => {
    expect(codeOf(await data(here, 'no_node', null))).toEqual([404, 'prompt-not-found']);
    await blackHole();
    const unknown = await data(here, 'another_node', null);
    expect(codeOf(unknown)).toEqual([503, 'unavailable']);
    expect(Number(unknown.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(codeOf(await data(here, 'no_node', null))).toEqual([404, 'prompt-not-found']);
  });

  it('in a batch fail one by one (PR-3)', async () => {
    await isFresh(here, 'lasting');
    await blackHole();
    const requests = [
      { node_name: 'lasting', user_id: 'ann' },
      { node_name: 'not_held', user_id: 'ann' },
      { node_name: 'lasting', user_id: 'not-held' },
      { node_name: 'lasting' },
    ];
    const { body } = await here.ask<PromptBatchAnswer>('/api/v1/prompt-data/batch', {
      method: 'POST',
      body: { requests },
    });
    expect(body.results.map(({ status }) => status)).toEqual([200, 503, 503, 200]);
  });

  describe('on another replica', () => {
    it('show a change that was made by psql', async () => {
      await isFresh(there, 'lasting');
      await putSettings(here, 'ann', { tone: 'grave' });
      const tone = async () => (await data(there, 'lasting')).body.user_placeholders['tone'];
      await pollUntil(async () => (await tone()) === 'grave', 'the setting is seen');
      await putTemplate(here, text('lasting', { version: 2, labels: [] }));
      await putLabel(here, { node: 'lasting', label: 'production', version: 2 });
      const version = async () => (await data(there, 'lasting')).body.template_version;
      await pollUntil(async () => (await version()) === 2, 'the label is seen');
      await putLabel(here, { node: 'lasting', label: 'production', version: 1 });
      await pollUntil(async () => (await version()) === 1, 'the label is seen to be back');
      await putSettings(here, 'ann', { tone: 'soft' });
    });

    it('are of the version that is named or a later one, or refused (CO-15)', async () => {
      await isFresh(there, 'lenient', 'fay');
      await putSettings(here, 'fay', { tone: 'first' });
      const least = async () => ({ headers: { 'x-min-version': renderPoint(await promptsCounter()) } });
      const read = await data(there, 'lenient', 'fay', await least());
      expect(read.body.user_placeholders).toEqual({ tone: 'first' });
      await there.proxy.mode('black-hole');
      await putSettings(here, 'fay', { tone: 'second' });
      expect(codeOf(await data(there, 'lenient', 'fay', await least()))).toEqual([
        503,
        'version-not-reached',
      ]);
      expect((await data(there, 'lenient', 'fay')).body.user_placeholders).toEqual({ tone: 'first' });
      const malformed = { headers: { 'x-min-version': 'latest' } };
      expect(codeOf(await data(there, 'lenient', 'fay', malformed))).toEqual([400, 'min-version-invalid']);
    });

    /** Both hold it; it is taken away; then the database is, as soon as both know of that. */
    const takenAway = async (node: string, user: string | null, take: () => Promise<unknown>) => {
      for (const app of [here, there]) await isFresh(app, node, user);
      await take();
      const { version } = await promptsCounter();
      for (const { app } of [here, there])
        await app.get(CoherenceService).whenApplied('prompts', version, 15_000);
      await blackHole();
      return Promise.all([here, there].map((app) => data(app, node, user)));
    };

    it('are gone at once with a template that was removed, whatever it allowed (CO-13)', async () => {
      await putTemplate(here, text('leaving', { allowStale: true, body: 'x', dynamic: [] }));
      const remove = () => markRemoved(here, 'leaving');
      for (const { status } of await takenAway('leaving', null, remove)) expect([404, 503]).toContain(status);
      await heal();
      for (const app of [here, there]) {
        const isGone = async () => (await data(app, 'leaving', null)).status === 404;
        await pollUntil(isGone, 'it is not found');
      }
    });

    it('are gone at once with a label that was taken away (CO-13)', async () => {
      await putTemplate(here, text('unnamed', { allowStale: true, body: 'x', dynamic: [] }));
      const take = () => here.sql(`DELETE FROM lastgood.prompt_labels WHERE node_name = 'unnamed'`);
      for (const { status } of await takenAway('unnamed', null, take)) expect([404, 503]).toContain(status);
    });

    it('have nothing of a setting that was deleted (CO-13)', async () => {
      await putSettings(here, 'bob', { tone: 'secret' });
      const forget = () => here.sql(`DELETE FROM lastgood.user_placeholder_settings WHERE user_id = 'bob'`);
      for (const { status, text: answer } of await takenAway('lasting', 'bob', forget)) {
        expect(status).toBe(503);
        expect(answer).not.toContain('secret');
      }
    });
  });

  it('are served from disk by a process that starts without it, and nothing of people (PR-4)', async () => {
    const dataDir = tempFolder('prompts');
    const before = await TestApp.start({ beside: here, env: { DATA_DIR: dataDir } });
    for (const user of [null, 'ann']) await isFresh(before, 'lenient', user);
    await before.dispose();
    const alone = await TestApp.start({
      beside: here,
      env: { DATA_DIR: dataDir, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' },
    });
    const [nobodys, anns] = [await data(alone, 'lenient', null), await data(alone, 'lenient', 'ann')];
    await alone.dispose();
    expect([nobodys.status, nobodys.body.meta]).toMatchObject([200, { is_stale: true }]);
    expect(codeOf(anns)).toEqual([503, 'unavailable']);
  });
});
