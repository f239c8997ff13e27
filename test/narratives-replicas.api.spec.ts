import { NamespaceRegistry, TiersService } from '../src/platform/cache/index.js';
import { TcpFaultProxy } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import { NarrativesFleet, saidOf } from './support/narratives-fleet.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { TestApp } from './support/test-app.js';

const locks = 'lastgood:lock:*narratives*';
const isUp = async (app: TestApp) => (await app.app.get(TiersService).redis!.serverInfo()) !== null;

/** For narratives, in whichever rank: a generation that hangs is one call. */
async function nameOneModel(apps: readonly TestApp[]): Promise<void> {
  const [first] = apps;
  const { modelId } = (await first!.ask('/api/v1/config/phases/emergency')).body;
  await first!.edit('/admin/phases/narrative', { modelId, fallbackModelId: null });
  const isKnown = async (app: TestApp) =>
    (await app.ask('/api/v1/config/phases/narrative')).body.modelId === modelId;
  for (const app of apps) await pollUntil(() => isKnown(app), 'the edit is known');
}

describeRedis('narratives in three replicas that share a Redis', () => {
  let redis: RedisServer;
  let fleet: NarrativesFleet;
  let proxy: TcpFaultProxy | undefined;
  let holder: TestApp | undefined;

  beforeAll(async () => {
    redis = await RedisServer.start();
    fleet = await NarrativesFleet.start(3, { REDIS_URL: redis.url }, { prepare: patient });
    await nameOneModel(fleet.apps);
    await fleet.crowd(3, 'warm-up');
  });
  afterAll(async () => {
    await holder?.dispose();
    await proxy?.close();
    await fleet.dispose();
    await redis.stop();
  });

  const sources = (answers: readonly { readonly body: { readonly meta: { readonly source: string } } }[]) =>
    new Set(answers.map(({ body }) => body.meta.source));
  const texts = (answers: readonly { readonly status: number; readonly body: { narrative: object } }[]) =>
    new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body.narrative)}`));
  const told = (mark: string, generation = 1) =>
    `200 ${JSON.stringify({ summary: saidOf(mark, generation), bullets: [`of ${mark}`] })}`;

  it('a hundred who ask at once for what nobody has made cause one generation, and get the same (NA-4)', () =>
    fleet.undisturbed('cold', async (mark) => {
      const answers = await fleet.crowd(100, mark);
      expect(texts(answers)).toEqual(new Set([told(mark)]));
      expect(answers.filter(({ body }) => body.fallback)).toEqual([]);
      expect(fleet.callsOf(mark)).toHaveLength(1);
    }));

  it('a hundred who hit what is stale cause one refresh, and none of them waits for it (NA-4)', () =>
    fleet.undisturbed('stale', async (mark) => {
      await fleet.crowd(9, mark);
      await fleet.invalidate();
      fleet.hold();
      const answers = await fleet.crowd(100, mark);
      // None of them can have waited: the model has not answered yet.
      expect(texts(answers)).toEqual(new Set([told(mark)]));
      expect(answers.filter(({ body }) => !body.meta.isStale)).toEqual([]);
      expect(sources(answers)).toEqual(new Set(['memory']));
      fleet.release();
      const isFresh = async () => {
        const now = await fleet.crowd(3, mark);
        return now.every(({ body }) => !body.meta.isStale && body.narrative.summary === saidOf(mark, 2));
      };
      await pollUntil(isFresh, 'every replica serves the new one');
      expect(fleet.callsOf(mark)).toHaveLength(2);
    }));

  it('tell what was made as a miss, and what Redis or memory had as a hit (NA-8)', () =>
    fleet.undisturbed('counted', async (mark) => {
      const countsOf = async (app: TestApp) => {
        const { body } = await app.ask<Record<string, number>>('/api/v1/narratives/stats', { as: 'admin' });
        return [body['hits']!, body['misses']!] as const;
      };
      const [maker, reader] = fleet.apps;
      const before = [await countsOf(maker!), await countsOf(reader!)];
      for (const app of [maker!, reader!, reader!]) await fleet.ask(app, mark);
      const after = [await countsOf(maker!), await countsOf(reader!)];
      const grown = after.map((counts, replica) => counts.map((count, at) => count - before[replica]![at]!));
      expect(grown).toEqual([
        [0, 1],
        [2, 0],
      ]);
    }));

  it('where the replica that makes it goes away, one other makes it once more (NA-4)', async () => {
    proxy = await TcpFaultProxy.start({ targetPort: redis.port });
    const env = { ...fleet.env, REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    holder = await TestApp.start({ beside: fleet.apps[0]!, env, prepare: patient });
    await fleet.undisturbed('gone', async (mark) => {
      await pollUntil(() => isUp(holder!), 'it uses Redis');
      fleet.hold();
      const lost = fleet.ask(holder!, mark).catch(() => null);
      await pollUntil(() => fleet.callsOf(mark).length === 1, 'the first generation is begun');
      const held = await redis.admin.keys(locks);
      expect(held).not.toEqual([]);
      const others = fleet.crowd(30, mark);
      // Nobody hears of it any more: as its lease ends, that it does not renew, the others may.
      await proxy!.mode('black-hole');
      for (const lock of held) await redis.admin.pexpire(lock, 1);
      await pollUntil(() => fleet.callsOf(mark).length === 2, 'it is made once more');
      fleet.release();
      expect(texts(await others)).toEqual(new Set([told(mark, 2)]));
      expect(fleet.callsOf(mark)).toHaveLength(2);
      await lost;
      await proxy!.mode('pass');
    });
  });

  it('where the one that makes it hangs until its time is over, one other makes it once more (NA-4)', () =>
    fleet.undisturbed('hung', async (mark) => {
      const [first, ...others] = fleet.apps;
      const { cache, policy } = first!.app.get(NamespaceRegistry).get('narratives');
      cache.usePolicy({ ...policy, hardTimeoutMs: 2_000 });
      fleet.hold();
      const hung = fleet.ask(first!, mark, '?allowFallback=false');
      await pollUntil(() => fleet.callsOf(mark).length === 1, 'the first generation is begun');
      const waiting = others.flatMap((app) => Array.from({ length: 15 }, () => fleet.ask(app, mark)));
      await pollUntil(() => fleet.callsOf(mark).length === 2, 'another one makes it');
      fleet.release();
      expect(texts(await Promise.all(waiting))).toEqual(new Set([told(mark, 2)]));
      expect((await hung).status).toBe(503);
      const abandoned = () => fleet.callsOf(mark).map((call) => call.abandoned);
      await pollUntil(
        () => abandoned().join() === 'true,false',
        'the first call was given up',
        () => abandoned().join(),
      );
      cache.usePolicy(policy);
    }));
});
