import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import type { LockName } from '../../core/index.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';

const name = { kind: 'lock', namespace: 'n', key: 'k' } as const;

describeRedis('RedisLock on a server (CA-6)', () => {
  let server: RedisServer;
  let proxy: TcpFaultProxy;
  let rig: RedisRig;
  beforeAll(async () => (server = await RedisServer.start()));
  beforeEach(async () => {
    await server.admin.flushall();
    const through = await throughProxy(server.url);
    ({ proxy } = through);
    rig = await RedisRig.even(through.proxied);
  });
  afterEach(async () => {
    await rig.close();
    await proxy.close();
  });
  afterAll(() => server.stop());

  /** A wait of which it is known when it was released. */
  const watch = (lock: LockName) => {
    const wait = rig.lock.wait(lock);
    const watched = { isReleased: false, cancel: () => wait.cancel() };
    void wait.released.then(() => (watched.isReleased = true));
    return watched;
  };
  /** Releases a lock again and again until that is heard. */
  const hears = async (): Promise<void> => {
    const watched = watch(name);
    await pollUntil(async () => {
      const lease = await rig.lock.acquire(name, 60_000).catch(() => null);
      await lease?.release();
      // What was taken while its answer was lost lapses; the test has no time for that.
      if (lease === null && rig.link.isUp) await server.admin.del(rig.keys.lock(name));
      return watched.isReleased;
    }, 'a release is heard');
  };

  it('connects a second time at the first wait, and never again for all the others', async () => {
    const lease = await rig.lock.acquire(name, 60_000);
    await lease!.release();
    expect(proxy.accepted).toBe(1);
    await hears();
    const waits = Array.from({ length: 500 }, (_, index) => watch({ ...name, key: String(index) }));
    for (const wait of waits) wait.cancel();
    await hears();
    expect(proxy.accepted).toBe(2);
  });

  it('hears again after its connection was killed, and after the server was', async () => {
    await hears();
    await server.admin.client('KILL', 'TYPE', 'pubsub');
    await hears();
    await server.restart();
    await pollUntil(() => rig.link.isUp, 'Redis is used again');
    await hears();
  });

  it.each(['black-hole', 'half-open'] as const)(
    'hears again after a %s that nobody told it of',
    async (fault) => {
      await hears();
      await proxy.mode(fault);
      await expect(rig.lock.acquire(name, 60_000)).rejects.toMatchObject({ code: 'tier-unavailable' });
      await proxy.mode('pass');
      await pollUntil(() => rig.link.isUp, 'Redis is used again');
      await hears();
    },
  );

  it('without Redis nobody waits for it: asking fails, waiting can be given up, releasing ends', async () => {
    const lease = await rig.lock.acquire(name, 60_000);
    await proxy.mode('refuse');
    await pollUntil(() => !rig.link.isUp, 'the loss is noticed');
    await expect(rig.lock.acquire(name, 60_000)).rejects.toMatchObject({ code: 'tier-unavailable' });
    await expect(lease!.renew(60_000)).rejects.toMatchObject({ code: 'tier-unavailable' });
    const watched = watch(name);
    await lease!.release();
    expect(watched.isReleased).toBe(false);
    watched.cancel();
    expect(rig.failures.map(({ operation }) => operation)).toEqual(['lock', 'lock', 'lock']);
  });

  it('renews and releases on a server that has forgotten the scripts (CA-11)', async () => {
    const lease = await rig.lock.acquire(name, 60_000);
    await server.admin.script('FLUSH');
    expect(await lease!.renew(120_000)).toBe(true);
    expect(await server.admin.pttl(rig.keys.lock(name))).toBeGreaterThan(60_000);
    await server.admin.script('FLUSH');
    await lease!.release();
    expect(await server.admin.exists(rig.keys.lock(name))).toBe(0);
  });

  it('releases also where an ACL forbids to publish', async () => {
    await server.admin.call(
      'ACL',
      'SETUSER',
      'silent',
      'reset',
      'on',
      '>secret',
      '~*',
      'resetchannels',
      '+@all',
    );
    const silent = await RedisRig.patient(server.url.replace('//', '//silent:secret@'));
    const lease = await silent.lock.acquire(name, 60_000);
    await lease!.release();
    expect(await server.admin.exists(rig.keys.lock(name))).toBe(0);
    expect(silent.failures).toEqual([]);
    await silent.close();
  });
});
