import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { throughProxy } from '../../../test/support/through-proxy.js';

/** Nothing else of the process runs meanwhile. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describeRedis('RedisLink in a process that stands still (CA-11)', () => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.stop());

  it('does not blame Redis for it: what was asked before is answered', async () => {
    const rig = await RedisRig.over(server.url);
    await pollUntil(() => rig.link.isUp, 'Redis is used');
    let answered = 0;
    for (let round = 0; round < 5; round++) {
      await pollUntil(() => rig.link.isUp, 'Redis is used');
      const asked = rig.tier.get('n', 'k');
      standStill(200);
      await asked.then(
        () => answered++,
        () => undefined,
      );
    }
    // Redis shares the machine, and may itself be late once; without forgiveness no round has an answer.
    expect(answered).toBeGreaterThan(0);
    await rig.close();
  });

  it('waits no second time for a Redis that does not answer', async () => {
    const { proxy, proxied } = await throughProxy(server.url);
    const rig = await RedisRig.over(proxied);
    await pollUntil(() => rig.link.isUp, 'Redis is used');
    await proxy.mode('black-hole');
    const asked = rig.tier.get('n', 'k');
    asked.catch(() => undefined);
    standStill(200);
    await expect(asked).rejects.toMatchObject({ code: 'tier-unavailable' });
    await rig.close();
    await proxy.close();
  });
});
