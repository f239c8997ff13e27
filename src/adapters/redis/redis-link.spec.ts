import { setImmediate as nextTick } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { TierUnavailableError } from '../../core/index.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { RedisLink } from './redis-link.js';

const kept = { ttlMs: 600_000, maxBytes: null, pinned: false };

describeRedis('RedisLink (CA-1, CA-11)', () => {
  let server: RedisServer;
  let proxy: TcpFaultProxy;
  let proxied: string;
  let rig: RedisRig;
  const rigs: RedisRig[] = [];
  const connect = async (url: string): Promise<RedisRig> => {
    rigs.push((rig = await RedisRig.even(url)));
    return rig;
  };
  const get = (key = 'k') => rig.tier.get('n', key);
  const isBack = () => pollUntil(() => rig.link.isUp, 'Redis is used again');

  beforeAll(async () => (server = await RedisServer.start()));
  beforeEach(async () => {
    ({ proxy, proxied } = await throughProxy(server.url));
    await server.admin.flushall();
    await server.admin.config('RESETSTAT');
  });
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((each) => each.close()));
    await proxy.close();
  });
  afterAll(() => server.stop());

  it('connects over one connection, which all commands share', async () => {
    await connect(proxied);
    await Promise.all(Array.from({ length: 100 }, (_, index) => get(String(index))));
    expect(rig.states).toEqual([true]);
    expect(rig.failures).toEqual([]);
    expect(proxy.accepted).toBe(1);
  });

  it('fails what is underway with the first that fails, not each at a deadline of its own', async () => {
    await connect(proxied);
    await proxy.mode('black-hole');
    const first = get();
    await nextTick();
    const second = get();
    await expect(first).rejects.toThrow('No answer within 300 ms');
    const isOver = await Promise.race([second.catch(() => true), nextTick().then(() => false)]);
    expect(isOver).toBe(true);
  });

  it('with what it has in production it outlives a black hole', async () => {
    rigs.push((rig = await RedisRig.over(proxied)));
    await isBack();
    await proxy.mode('black-hole');
    await expect(get()).rejects.toMatchObject({ code: 'tier-unavailable' });
    await proxy.mode('pass');
    await isBack();
    await pollUntil(async () => (await get().catch(() => storedEntry())) === null, 'it answers again');
  });

  it('tells of a Redis that hangs, and of its return, though nobody asks it for anything (MC-20)', async () => {
    rigs.push((rig = await RedisRig.patient(proxied, { deadlineMs: 300, lookEveryMs: 20 })));
    await proxy.mode('black-hole');
    await pollUntil(() => !rig.link.isUp, 'it is known to hang');
    await proxy.mode('pass');
    await isBack();
    expect(rig.states).toEqual([true, false, true]);
    expect(rig.failures).toEqual([]);
  });

  it('a start without Redis ends, is told once, and Redis is used as soon as it is there (CA-2)', async () => {
    await proxy.mode('refuse');
    await connect(proxied);
    expect(rig.states).toEqual([false]);
    expect(rig.failures).toEqual([
      { type: 'tier-failed', tier: 'redis', operation: 'start', error: expect.any(TierUnavailableError) },
    ]);
    await expect(get()).rejects.toMatchObject({ code: 'tier-unavailable', cause: { code: 'ECONNREFUSED' } });
    await proxy.mode('pass');
    await isBack();
    expect(await get()).toBeNull();
    expect(rig.states).toEqual([false, true]);
  });

  it.each<[string, () => Promise<void>, () => Promise<void>]>([
    ['a black hole', () => proxy.mode('black-hole'), () => proxy.mode('pass')],
    ['a half-open connection', () => proxy.mode('half-open'), () => proxy.mode('pass')],
    ['refusal', () => proxy.mode('refuse'), () => proxy.mode('pass')],
    ['a frozen server', async () => server.freeze(), async () => server.thaw()],
    ['CLIENT PAUSE', async () => void (await server.admin.client('PAUSE', 1_000)), async () => undefined],
  ])(
    '%s fails what is underway together, then nothing is sent until a PING is answered',
    async (_name, harm, heal) => {
      await connect(proxied);
      await rig.tier.set('n', 'k', storedEntry(), kept);
      await server.admin.config('RESETSTAT');
      await harm();
      const underway: Promise<unknown>[] = [get()];
      await nextTick();
      await nextTick();
      // What comes behind a pipeline that hangs is not sent before that has failed.
      underway.push(get(), rig.tier.delete('n', 'k'));
      const outcomes = await Promise.allSettled(underway);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'tier-unavailable' } });
      }
      expect(rig.link.isUp).toBe(false);
      expect(rig.states).toEqual([true, false]);
      for (let refused = 0; refused < 1_000; refused += 1)
        await expect(get()).rejects.toThrow('does not answer');
      expect(rig.failures).toHaveLength(1_003);

      await heal();
      await isBack();
      expect(await server.calls('getrange')).toBeLessThanOrEqual(4);
      rig.events.splice(0);
      await rig.tier.set('n', 'k', storedEntry({ confirmedAt: 6_000 }), kept);
      expect(await get()).toEqual(storedEntry({ confirmedAt: 6_000 }));
      expect(rig.failures).toEqual([]);
    },
  );

  it('notices that a connection broke though nobody asked for anything, and makes it anew', async () => {
    await connect(proxied);
    await proxy.mode('reset');
    await pollUntil(() => !rig.link.isUp, 'the loss is noticed');
    await proxy.mode('pass');
    await isBack();
    expect(rig.states).toEqual([true, false, true]);
    expect(rig.failures).toEqual([]);
  });

  it('lives through replies that are cut off or corrupted, and through a server that is killed', async () => {
    await connect(proxied);
    for (const harm of ['corrupt', { kind: 'truncate', afterBytes: 1 }] as const) {
      await proxy.mode(harm);
      await get().catch(() => null);
      await proxy.mode('pass');
      await pollUntil(async () => (await get().catch(() => storedEntry())) === null, 'it answers again');
    }
    await server.restart();
    await isBack();
    await pollUntil(async () => (await get().catch(() => storedEntry())) === null, 'it answers again');
  });

  it('a write that timed out and arrives late is refused as older (CO-11)', async () => {
    await connect(proxied);
    const old = await connect(proxied);
    const other = await connect(server.url);
    await proxy.mode({ kind: 'slow', delayMs: 600 });
    await expect(old.tier.set('n', 'k', storedEntry(), kept)).rejects.toThrow('No answer within 300 ms');
    const newer = storedEntry({ asOf: { epoch: 'e', version: 6, changeId: 'c6' } });
    expect(await other.tier.set('n', 'k', newer, kept)).toBe('stored');
    const before = await server.calls('evalsha');
    await pollUntil(async () => (await server.calls('evalsha')) > before, 'the late write arrives');
    expect(await other.tier.get('n', 'k')).toEqual(newer);
  });

  it('a user’s own client with ioredis’s defaults is as quick to fail, heals, and stays open', async () => {
    const own = new Redis(proxied);
    own.on('error', () => undefined);
    rigs.push((rig = await RedisRig.over(own)));
    await isBack();
    await proxy.mode('black-hole');
    await expect(get()).rejects.toThrow('No answer within 50 ms');
    await proxy.mode('pass');
    await isBack();
    rig.link.close();
    expect(await own.ping()).toBe('PONG');
  });

  it('heals though the wall clock was set back an hour meanwhile', async () => {
    await connect(proxied);
    await proxy.mode('refuse');
    await pollUntil(() => !rig.link.isUp, 'the loss is noticed');
    const clock = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => clock() - 3_600_000);
    try {
      await proxy.mode('pass');
      await isBack();
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('refuses a client with a key prefix, which SCAN would not see', () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: 'p:' });
    expect(() => new RedisLink({ client, report: () => undefined })).toThrow('keyPrefix');
  });

  it('leaves no timer and no connection behind when it is closed while Redis is away', async () => {
    await proxy.mode('refuse');
    await connect(proxied);
    await rig.close();
    await proxy.mode('pass');
    expect(rig.link.isUp).toBe(false);
    await expect(get()).rejects.toThrow('does not answer');
  });
});
