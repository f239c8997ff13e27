import { NarrativesUnderWay } from '../src/features/narratives/making/narratives-under-way.js';
import { TcpFaultProxy } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import { NarrativesFleet, saidOf } from './support/narratives-fleet.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { RedisServer } from './support/redis-server.js';
import { tracesOf } from './support/traces.js';

interface Erased {
  readonly requests: number;
  readonly purged: number;
  readonly kept: number;
  readonly rationale: string;
}

describeRedis('a person who is erased, in two replicas that share a Redis', () => {
  let redis: RedisServer;
  let proxy: TcpFaultProxy;
  let fleet: NarrativesFleet;

  beforeAll(async () => {
    redis = await RedisServer.start();
    proxy = await TcpFaultProxy.start({ targetPort: redis.port });
    fleet = await NarrativesFleet.start(
      2,
      { REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
      { prepare: patient },
    );
    await fleet.crowd(2, 'warm-up');
  });
  afterEach(async () => {
    fleet.release();
    await proxy.mode('pass');
    for (const app of fleet.apps) {
      await app.proxy.mode('pass');
      await pollUntil(async () => (await breaker(app)) === '0', 'Redis is used again');
    }
  });
  afterAll(async () => {
    await fleet.dispose();
    await proxy.close();
    await redis.stop();
  });

  const [here, there] = [() => fleet.apps[0]!, () => fleet.apps[1]!];
  const breaker = async (app: ReturnType<typeof here>) => {
    const { text } = await app.ask('/metrics', { as: 'viewer' });
    return /^cache_breaker_state\{tier="redis"\} (\d)/m.exec(text)?.[1];
  };
  const personOf = (name: string) => `${name}@people.example`;
  const askFor = (app: ReturnType<typeof here>, person: string, mark: string) =>
    fleet.ask(app, mark, `?userId=${encodeURIComponent(person)}`);
  const erase = (app: ReturnType<typeof here>, person: string) =>
    app.ask<Erased>(`/api/v1/narratives/user/${encodeURIComponent(person)}`, {
      method: 'DELETE',
      as: 'admin',
    });
  const traces = (...texts: string[]) => tracesOf(texts, fleet.apps, redis);
  const isInRedis = async (mark: string) => (await traces(mark)).some((place) => place.startsWith('Redis'));
  const rowsOf = async (person: string) =>
    (await here().sql(`SELECT 1 FROM lastgood.narrative_requests WHERE user_id = $1`, [person])).length;

  /** Both replicas serve it, Redis has it, and it is known who asked. */
  async function everywhere(person: string, mark: string): Promise<void> {
    for (const app of fleet.apps) {
      const { status, body } = await askFor(app, person, mark);
      expect([status, body.narrative.summary]).toEqual([200, saidOf(mark)]);
      // Or the next one asks the model itself.
      await pollUntil(() => isInRedis(mark), 'it is in Redis');
    }
    await pollUntil(async () => (await rowsOf(person)) === 2, 'the requests are written');
    // What looks for traces finds them where they are.
    const found = (await traces(mark, person)).join('\n');
    for (const place of ['Postgres: lastgood.narrative_requests', 'Redis: lastgood:val:'])
      expect(found).toContain(place);
    for (const replica of [1, 2]) expect(found).toContain(`replica ${replica}: memory: `);
  }

  const untilNoTrace = async (...texts: string[]) => {
    let left: string[] = [];
    const isClean = async () => (left = await traces(...texts)).length === 0;
    await pollUntil(isClean, 'not one byte is left', () => left.join('\n'), 20_000);
  };

  it('while theirs is being made and Redis is away: it is ended, and not one byte is left of it or of what was before (NA-8)', async () => {
    const [person, before, mark] = [personOf('ada'), 'ada-before', 'ada-now'];
    await everywhere(person, before);
    fleet.hold();
    const asked = askFor(here(), person, mark);
    await pollUntil(() => fleet.callsOf(mark).length === 1, 'it is being made');
    await proxy.mode('refuse');
    const { status, body } = await erase(there(), person);
    expect([status, body.requests, body.purged, body.kept]).toEqual([200, 2, 1, 0]);
    expect(await asked).toMatchObject({ status: 410, body: { code: 'narrative-erased' } });
    await pollUntil(() => fleet.callsOf(mark)[0]!.abandoned, 'the model is no longer asked');
    fleet.release();
    await proxy.mode('pass');
    await untilNoTrace(person, before, mark);
    expect(fleet.callsOf(mark)).toHaveLength(1);
  });

  it('of what was made before a replica heard of it, not one byte is left once it hears (NA-8)', async () => {
    const [person, mark] = [personOf('bob'), 'bob-now'];
    fleet.hold();
    const asked = askFor(here(), person, mark);
    await pollUntil(() => fleet.callsOf(mark).length === 1, 'it is being made');
    await here().proxy.mode('black-hole');
    expect((await erase(there(), person)).status).toBe(200);
    fleet.release();
    expect(await asked).toMatchObject({ status: 200, body: { narrative: { summary: saidOf(mark) } } });
    await pollUntil(() => isInRedis(mark), 'it is in Redis');
    expect((await traces(mark)).join()).toContain('replica 1: memory');
    await here().proxy.mode('pass');
    await untilNoTrace(person, mark);
  });

  it('what somebody else asked for as well stays, and is served; who else it was for is told nowhere (NA-8)', async () => {
    const [person, other, mark] = [personOf('cid'), personOf('dan'), 'cid-and-dan'];
    await everywhere(person, mark);
    await askFor(there(), other, mark);
    await pollUntil(async () => (await rowsOf(other)) === 1, 'the request is written');
    const { status, body } = await erase(here(), person);
    expect([status, body.requests, body.purged, body.kept]).toEqual([200, 2, 0, 1]);
    await untilNoTrace(person);
    for (const app of fleet.apps)
      expect(await askFor(app, other, mark)).toMatchObject({
        status: 200,
        body: { narrative: { summary: saidOf(mark) }, meta: { source: 'memory', isStale: false } },
      });
    expect(fleet.callsOf(mark)).toHaveLength(1);
  });

  it('a request of somebody else for what is being made goes on, and gets it (NA-8)', async () => {
    const [person, other, mark] = [personOf('eve'), personOf('fay'), 'eve-and-fay'];
    fleet.hold();
    const theirs = askFor(here(), person, mark);
    await pollUntil(() => fleet.callsOf(mark).length === 1, 'it is being made');
    const join = jest.spyOn(here().app.get(NarrativesUnderWay), 'join');
    const others = [askFor(here(), other, mark), askFor(there(), other, mark)];
    await pollUntil(() => join.mock.calls.length > 0, 'both wait for it');
    await erase(there(), person);
    expect((await theirs).status).toBe(410);
    fleet.release();
    for (const asked of others)
      expect(await asked).toMatchObject({ status: 200, body: { narrative: { summary: saidOf(mark) } } });
    await untilNoTrace(person);
    expect(fleet.callsOf(mark)).toHaveLength(1);
  });

  it('a write to Redis that lands after it is deleted all the same, a minute later at most (NA-8)', async () => {
    const [person, mark] = [personOf('gus'), 'gus-now'];
    await everywhere(person, mark);
    const keys = await redis.admin.keys('lastgood:val:*narratives*');
    const values = await Promise.all(keys.map((key) => redis.admin.getBuffer(key)));
    const at = values.findIndex((value) => value?.includes(mark));
    expect((await erase(there(), person)).status).toBe(200);
    await untilNoTrace(person, mark);
    await redis.admin.set(keys[at]!, values[at]!);
    expect(await traces(mark)).toEqual([`Redis: ${keys[at]}`]);
    // As in a minute.
    const waiting = await here().sql(
      `UPDATE lastgood_jobs.job SET start_after = now()
       WHERE name = 'narrative-erasures' AND state < 'active' AND start_after > now()
         AND start_after <= now() + interval '1 minute' RETURNING 1`,
    );
    expect(waiting.length).toBeGreaterThan(0);
    await untilNoTrace(person, mark);
  });
});
