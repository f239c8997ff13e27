import { Redis } from 'ioredis';
import type { RedisClient } from './redis-client.js';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { describeLock } from '../../../test/support/lock-contract.js';
import { RedisCluster } from '../../../test/support/redis-cluster.js';
import { patientOptions, RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { describeTier } from '../../../test/support/tier-contract.js';
import { describeTierOrder } from '../../../test/support/tier-order-contract.js';

const topologies: [string, () => Promise<{ client: () => RedisClient; stop: () => Promise<void> }>][] = [
  [
    'one server',
    async () => {
      const server = await RedisServer.start();
      return { client: () => new Redis(server.url, patientOptions), stop: () => server.stop() };
    },
  ],
  [
    'a Cluster of three masters',
    async () => {
      const cluster = await RedisCluster.start();
      const options = { redisOptions: patientOptions, enableAutoPipelining: true, enableOfflineQueue: false };
      return { client: () => cluster.client(options), stop: () => cluster.stop() };
    },
  ],
];

describeRedis('what is kept in Redis', () => {
  describe.each(topologies)('on %s', (_name, start) => {
    let redis: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => (redis = await start()));
    afterAll(() => redis.stop());

    describeTier('RedisTier', () => RedisRig.patient(redis.client()));
    describeTierOrder('RedisTier', () => RedisRig.patient(redis.client()));
    describeLock('RedisLock', async () => {
      const [one, other] = [await RedisRig.patient(redis.client()), await RedisRig.patient(redis.client())];
      return {
        one: one.lock,
        other: other.lock,
        lapse: async (name) => void (await one.client.del(one.keys.lock(name))),
        close: async () => void (await Promise.all([one.close(), other.close()])),
      };
    });
  });
});
