import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisCluster } from '../../../test/support/redis-cluster.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { TierUnavailableError } from '../../core/index.js';
import { redisOptions } from './redis-options.js';

const kept = { ttlMs: 600_000, maxBytes: null, pinned: false };
const keys = Array.from({ length: 60 }, (_, index) => `k${index}`);

describeRedis('a Cluster that loses a master (CA-11)', () => {
  let cluster: RedisCluster;
  let rig: RedisRig;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    rig = await RedisRig.over(cluster.client({ redisOptions, enableAutoPipelining: true }));
  });
  afterAll(async () => {
    await rig.close();
    await cluster.stop();
  });
  const all = (work: (key: string) => Promise<unknown>) => Promise.allSettled(keys.map(work));
  const allWork = async (): Promise<boolean> => {
    await all((key) => rig.tier.set('n', key, storedEntry(), kept));
    const entries = await all((key) => rig.tier.get('n', key));
    return entries.every((entry) => entry.status === 'fulfilled' && entry.value !== null);
  };

  it.each([
    ['is killed', () => cluster.nodes[0]!.kill(), () => cluster.nodes[0]!.restart()],
    ['is frozen', async () => cluster.nodes[1]!.freeze(), async () => cluster.nodes[1]!.thaw()],
  ])('one that %s: every call ends, and all work when it is back', async (_name, harm, heal) => {
    await pollUntil(allWork, 'everything works');
    await harm();
    for (let round = 0; round < 20; round += 1) {
      const outcomes = await all((key) => rig.tier.get('n', key));
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(reasons.filter((reason) => !(reason instanceof TierUnavailableError))).toEqual([]);
    }
    expect(rig.states).toContain(false);
    await heal();
    await pollUntil(allWork, 'everything works again');
  });
});
