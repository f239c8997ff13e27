import { SystemClock } from '../../adapters/system/system-clock.js';
import { RedisKeys } from '../../adapters/redis/redis-keys.js';
import { encodeEnvelope, type LastgoodEvent } from '../../core/index.js';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { parseConfig } from '../config/index.js';
import { RedisParts } from './redis-parts.js';

const mib = 1_048_576;

describeRedis('what is read of a namespace in Redis', () => {
  let redis: RedisServer;
  let parts: RedisParts;
  const events: LastgoodEvent[] = [];
  const slot = (key: string) => new RedisKeys('lastgood').entry('items', key).value;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const settings = parseConfig({ REDIS_URL: redis.url });
    parts = new RedisParts(settings, new SystemClock(), (event) => void events.push(event), null);
    parts.readUpTo('items', 10_000);
    parts.start();
    const isUp = () => events.some((event) => event.type === 'tier-state' && event.isUp);
    await pollUntil(isUp, 'Redis is used');
  });

  afterAll(async () => {
    await parts.close();
    await redis.stop();
  });

  it.each([
    ['more than a value may be as it is stored', 'length', async () => Buffer.alloc(8 * mib, 'x')],
    [
      'a value that inflates to more',
      'gzip',
      () => encodeEnvelope(storedEntry({ value: 'x'.repeat(mib) }), 1),
    ],
  ])('%s is a miss, is deleted and counted (CA-11)', async (_, fault, make) => {
    await redis.admin.set(slot(fault), await make());
    expect(await parts.tier.get('items', fault)).toBeNull();
    expect(await redis.admin.exists(slot(fault))).toBe(0);
    expect(events).toContainEqual({ type: 'entry-corrupt', tier: 'redis', namespace: 'items', fault });
    expect(events.filter(({ type }) => type === 'tier-failed')).toEqual([]);
  });

  it('a Redis that is late is waited for as long as the settings say, as by a command that no reader waits for', async () => {
    const settings = parseConfig({ REDIS_URL: redis.url });
    const deadlineMs = 5_000;
    const patient = new RedisParts(
      { ...settings, redis: { ...settings.redis, deadlineMs } },
      new SystemClock(),
      () => undefined,
      null,
    );
    patient.start();
    await pollUntil(async () => (await patient.serverInfo()) !== null, 'Redis is used');
    await redis.admin.client('PAUSE', 400);
    expect(await patient.tier.get('items', 'late')).toBeNull();
    await patient.close();
  });

  it('a value that is as long as it may be is read (CA-3)', async () => {
    const entry = storedEntry({ value: 'x'.repeat(300_000) });
    expect(
      await parts.tier.set('items', 'whole', entry, { ttlMs: 60_000, maxBytes: 10_000, pinned: false }),
    ).toBe('stored');
    expect(await parts.tier.get('items', 'whole')).toEqual(entry);
  });
});
