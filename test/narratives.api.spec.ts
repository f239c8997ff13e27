import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NarrativeAnalytics } from '../src/features/narratives/analytics/narrative-analytics.service.js';
import type { NarrativeRequest } from '../src/features/narratives/analytics/narrative-request.js';
import { NarrativeRecipes } from '../src/features/narratives/making/narrative-recipes.service.js';
import { exampleProfile, profileNumber } from './support/example-profile.js';
import type { Answer, Json } from './support/http-client.js';
import { NarrativeRig, narrativesPath } from './support/narrative-rig.js';
import { peopleEnv, tokenOf } from './support/prompt-people-rig.js';

const recorded: NarrativeRequest[] = [];

/** What is recorded is looked at, and goes where it always goes. */
function watchRecords(app: NestFastifyApplication): void {
  const analytics = app.get(NarrativeAnalytics, { strict: false });
  const record = analytics.record.bind(analytics);
  analytics.record = (request) => {
    recorded.push(request);
    record(request);
  };
}

let next = 0;
/** One that nobody asked about yet. */
const newProfile = () => profileNumber(++next);
const anew = { 'cache-control': 'no-cache' };

describe('narratives (NA-1)', () => {
  let rig: NarrativeRig;

  beforeAll(async () => {
    rig = await NarrativeRig.start({ env: peopleEnv, prepare: watchRecords });
  });
  afterAll(() => rig.dispose());

  const askAs = async (sub: string, query = '', role: 'client' | 'admin' = 'client') => {
    const authorization = `Bearer ${await tokenOf(sub, role)}`;
    return rig.ask<Json>(exampleProfile, { query, as: null, headers: { authorization } });
  };

  it('are made by one call of a model, and then served from memory (NA-1)', async () => {
    const made = await rig.ask();
    expect(made).toMatchObject({
      status: 200,
      body: {
        narrative: { summary: expect.stringContaining('Sirius'), bullets: ['It is balanced', 'It is calm'] },
        meta: { source: 'origin', isStale: false },
      },
    });
    const again = await rig.ask({ ...exampleProfile, hybrid: null });
    expect(again.body.narrative).toEqual(made.body.narrative);
    const { ageMs, ...meta } = again.body.meta;
    expect(meta).toEqual({
      source: 'memory',
      isStale: false,
      createdAt: made.body.meta.createdAt,
      refreshedAt: made.body.meta.createdAt,
      staleAfter: made.body.meta.staleAfter,
    });
    expect(ageMs).toBeGreaterThanOrEqual(made.body.meta.ageMs);
    expect(rig.calls).toBe(1);
    expect(made.headers.get('cache-status')).toBe('lastgood; fwd=miss; stored; ttl=604800; detail=fresh');
    expect(again.headers.get('cache-status')).toBe('lastgood; hit; ttl=604800; detail=fresh');
    expect(again.headers.get('cache-control')).toBe('no-store');
  });

  it('are asked of the model of their phase, with the prompt of their name, for JSON (NA-5)', async () => {
    await rig.ask(newProfile());
    const { body } = await rig.app.ask('/api/v1/config/phases/narrative');
    expect(rig.upstream.calls.at(-1)).toMatchObject({
      model: body.modelId,
      temperature: body.temperature,
      form: { name: 'narrative' },
      messages: [{ role: 'system' }, { role: 'user', content: expect.stringContaining('<profile>') }],
    });
  });

  it('are one call for 100 who ask at once (NA-4)', async () => {
    const before = rig.calls;
    const profile = newProfile();
    const answers = await Promise.all(Array.from({ length: 100 }, () => rig.ask(profile)));
    expect(new Set(answers.map(({ text }) => JSON.stringify(JSON.parse(text).narrative))).size).toBe(1);
    expect(rig.calls).toBe(before + 1);
  });

  describe('of what is no profile', () => {
    it('are refused with every fault, which costs no call of a model (NA-6)', async () => {
      const before = rig.calls;
      const bad = { ...exampleProfile, primary: 'Nowhere', hdData: { ...exampleProfile.hdData, type: '' } };
      const answers = await Promise.all(Array.from({ length: 20 }, () => rig.ask<Json>(bad)));
      for (const { status, body } of answers) {
        expect([status, body.code]).toEqual([422, 'narrative-profile-invalid']);
        expect(body.faults).toContainEqual({ path: 'hdData.type', message: expect.any(String) });
      }
      expect(rig.calls).toBe(before);
    });

    it.each<[string, unknown, number]>([
      ['no object', [exampleProfile], 400],
      ['nested too deep', { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } }, 400],
      ['nested deeper than any stack', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
      ['a prototype in disguise', '{"percentages":{"__proto__":1}}', 400],
      ['no JSON', '{', 400],
      ['over 256 KB', { a: 'x'.repeat(270_000) }, 413],
      ['an empty object', {}, 422],
    ])('are refused: %s (NA-1)', async (_, body, status) => {
      const before = rig.keys.length;
      expect((await rig.ask(body)).status).toBe(status);
      expect(rig.keys.length - before).toBe(status === 422 ? 1 : 0);
    });

    it.each(['?userId=', '?userId=a%20b', '?allowFallback=maybe', '?unknown=1'])(
      'are refused with the query %s (NA-1)',
      async (query) => {
        expect((await rig.ask(exampleProfile, { query })).status).toBe(400);
      },
    );
  });

  describe('for a person', () => {
    const userOf = () => recorded.at(-1)!.userId;

    it('are for whomever an API key names, and for nobody where it names none (NA-1)', async () => {
      await rig.ask(exampleProfile, { query: '?userId=bob' });
      expect(userOf()).toBe('bob');
      await rig.ask();
      expect(userOf()).toBeNull();
    });

    it("are that person's with their own token, and nobody else's (NA-1)", async () => {
      expect((await askAs('ann')).status).toBe(200);
      expect(userOf()).toBe('ann');
      expect((await askAs('ann', '?userId=ann')).status).toBe(200);
      const before = recorded.length;
      expect(await askAs('ann', '?userId=bob')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(recorded).toHaveLength(before);
      expect((await askAs('root', '?userId=bob', 'admin')).status).toBe(200);
      expect(userOf()).toBe('bob');
    });

    it('are recorded with what they took and what they were about (NA-9)', async () => {
      const profile = newProfile();
      await rig.ask(profile, { query: '?userId=ann' });
      expect(recorded.at(-1)).toMatchObject({
        outcome: 'made',
        userId: 'ann',
        systems: ['Sirius'],
        savedUsd: 0,
      });
      expect(recorded.at(-1)!.tokens).toBeGreaterThan(0);
      await rig.ask(profile);
      expect(recorded.at(-1)).toMatchObject({ outcome: 'fresh', userId: null, tokens: 0, costUsd: 0 });
      expect(recorded.at(-1)!.key).toBe(recorded.at(-2)!.key);
    });
  });

  it('that were invalidated say that they are stale, since when, and for no longer than they are (NA-1)', async () => {
    const profile = newProfile();
    const { meta: made } = (await rig.ask(profile)).body;
    const before = rig.calls;
    const invalidated = await rig.app.ask('/admin/cache/narratives/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { key: rig.keys.at(-1)! },
    });
    expect(invalidated.status).toBe(200);
    const { meta } = (await rig.ask(profile)).body;
    await rig.upstream.received(before + 1);
    expect(meta).toMatchObject({ isStale: true, refreshedAt: made.refreshedAt });
    expect(Date.parse(meta.staleAfter!)).toBeGreaterThanOrEqual(Date.parse(made.refreshedAt!));
    expect(Date.parse(meta.staleAfter!)).toBeLessThanOrEqual(Date.now());
  });

  describe('asked to be made anew', () => {
    it('are, for an admin (NA-10)', async () => {
      const profile = newProfile();
      await rig.ask(profile);
      const before = rig.calls;
      const made = await rig.ask(profile, { as: 'admin', headers: anew });
      expect([made.status, made.body.meta.source]).toEqual([200, 'origin']);
      expect(rig.calls).toBe(before + 1);
      expect(made.headers.get('ratelimit')).toContain('"identity"');
      expect((await rig.ask(profile)).body.meta.refreshedAt).toBe(made.body.meta.refreshedAt);
    });

    it('are not, for anybody else: it would be a way to spend our money (NA-10)', async () => {
      const before = rig.calls;
      for (const as of ['client', 'viewer', 'editor', 'writer'] as const) {
        for (const value of ['no-cache', 'max-age=0, No-Cache', 'no-cache,no-store'])
          expect((await rig.ask(exampleProfile, { as, headers: { 'cache-control': value } })).status).toBe(
            403,
          );
      }
      expect((await rig.ask(exampleProfile, { headers: { 'cache-control': 'max-age=0' } })).status).toBe(200);
      expect(rig.calls).toBe(before);
    });
  });

  it('have no other way in (NA-1)', async () => {
    expect((await rig.app.ask(narrativesPath)).status).toBe(405);
    expect((await rig.ask(exampleProfile, { as: null })).status).toBe(401);
  });
});

describe('narratives that cannot be made', () => {
  let rig: NarrativeRig;

  beforeAll(async () => {
    rig = await NarrativeRig.start();
  });
  afterAll(() => rig.dispose());

  it('tell neither engine nor prompt hash, in no body and no header (NA-1)', async () => {
    const { engine, promptHash, promptSha256 } = await rig.app.app
      .get(NarrativeRecipes, { strict: false })
      .current();
    const profile = newProfile();
    const answers: Answer<unknown>[] = [await rig.ask(profile), await rig.ask(profile)];
    answers.push(await rig.ask({ ...profile, classification: 'hybrid' }), await rig.ask([]));
    rig.upstream.behave('fail');
    answers.push(await rig.ask(newProfile()), await rig.ask(newProfile(), { query: '?allowFallback=false' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 400, 200, 503]);
    for (const { text, headers } of answers) {
      const told = `${text}\n${JSON.stringify([...headers])}`;
      expect(told).not.toContain(promptHash);
      expect(told).not.toContain(promptSha256);
      expect(told).not.toContain(`narr:v1:${engine}`);
      expect(told).not.toMatch(/engine|prompt.?hash/i);
    }
  });

  it('are stood in for by the text of a template, which is kept nowhere (NA-5)', async () => {
    const profile = newProfile();
    rig.upstream.behave('fail');
    const { status, headers, body } = await rig.ask(profile);
    expect(status).toBe(200);
    expect(body).toEqual({
      narrative: {
        summary: expect.stringMatching(/^Your profile has one clear centre: Sirius\. [^\n]+$/),
        bullets: expect.arrayContaining([expect.stringContaining('Generator')]),
      },
      meta: {
        source: expect.any(String),
        isStale: false,
        ageMs: expect.any(Number),
        createdAt: null,
        refreshedAt: null,
        staleAfter: null,
      },
      fallback: true,
    });
    expect(headers.get('cache-status')).toBe('lastgood; fwd=miss; detail=fallback');
    const refused = await rig.ask<Json>(profile, { query: '?allowFallback=false' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'narrative-unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['a hybrid', { classification: 'hybrid', hybrid: ['Vega', 'Lyra'] }, 'Lyra and Vega'],
    ['what is unresolved', { classification: 'unresolved', primary: null }, 'no single centre'],
  ])('have a text for %s (NA-5)', async (_, changes, told) => {
    rig.upstream.behave('fail');
    const { body } = await rig.ask({ ...exampleProfile, ...changes });
    expect(body).toMatchObject({ fallback: true, narrative: { summary: expect.stringContaining(told) } });
    expect(body.narrative.bullets).toHaveLength(4);
  });
});

describe('narratives that admins have made anew', () => {
  it('are no more than other calls of admins may be (NA-10)', async () => {
    const env = { ADMIN_RATE_PER_SECOND: '1', ADMIN_RATE_BURST: '2' };
    const rig = await NarrativeRig.start({ env });
    try {
      const ask = () => rig.ask<Json>(exampleProfile, { as: 'admin', headers: anew });
      const answers = await Promise.all(Array.from({ length: 6 }, ask));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(3);
      expect(refused[0]!.body.code).toBe('rate-limited');
      expect((await rig.ask(exampleProfile, { as: 'admin' })).status).toBe(200);
    } finally {
      await rig.dispose();
    }
  });
});
