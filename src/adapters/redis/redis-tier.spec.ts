import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';

const kept = { ttlMs: 600_000, maxBytes: null, pinned: false };

describeRedis('RedisTier on a server', () => {
  let server: RedisServer;
  let rig: RedisRig;
  beforeAll(async () => {
    server = await RedisServer.start();
    rig = await RedisRig.patient(server.url, { prefix: 'app' });
  });
  afterAll(async () => {
    await rig.close();
    await server.stop();
  });
  const reads = async (): Promise<number> =>
    Number(/total_reads_processed:(\d+)/.exec(await server.admin.info('stats'))![1]);

  it('reads a value in one round trip, with a lock that is asked for in the same tick (CA-1)', async () => {
    await rig.tier.set('n', 'k', storedEntry(), kept);
    const before = await reads();
    const lock = rig.lock.acquire({ kind: 'lock', namespace: 'n', key: 'k' }, 60_000);
    const entry = rig.tier.get('n', 'k');
    expect(await lock).not.toBeNull();
    expect(await entry).toEqual(storedEntry());
    // One for the pipeline, one for the question.
    expect((await reads()) - before).toBe(2);
  });

  it('has no more than its limit sent of what somebody put in an entry’s place (CA-11)', async () => {
    const { value } = rig.keys.entry('n', 'huge');
    await server.admin.call('SETRANGE', value, 50_000_000, 'x');
    const output = async (): Promise<number> =>
      Number(/total_net_output_bytes:(\d+)/.exec(await server.admin.info('stats'))![1]);
    const before = await output();
    expect(await rig.tier.get('n', 'huge')).toBeNull();
    expect((await output()) - before).toBeLessThan(250_000);
    expect(rig.events).toContainEqual({
      type: 'entry-corrupt',
      tier: 'redis',
      namespace: 'n',
      fault: 'length',
    });
    expect(await server.admin.exists(value)).toBe(0);
  });

  it('takes what is no string at all for foreign: a miss, deleted and told (CA-11)', async () => {
    const { value, absence } = rig.keys.entry('n', 'list');
    await server.admin.lpush(value, 'a');
    await server.admin.hset(absence, 'a', 'b');
    expect(await rig.tier.get('n', 'list')).toBeNull();
    expect(rig.events.filter(({ type }) => type === 'entry-corrupt')).toContainEqual({
      type: 'entry-corrupt',
      tier: 'redis',
      namespace: 'n',
      fault: 'foreign',
    });
    expect(await server.admin.exists(value, absence)).toBe(0);
  });

  it('keeps an entry for its ttl, and one without for ever (CA-1)', async () => {
    await rig.tier.set('n', 'ttl', storedEntry(), kept);
    await rig.tier.set('n', 'ever', storedEntry(), { ...kept, ttlMs: null });
    const ttl = await server.admin.pttl(rig.keys.entry('n', 'ttl').value);
    expect(ttl).toBeGreaterThan(kept.ttlMs - 60_000);
    expect(ttl).toBeLessThanOrEqual(kept.ttlMs);
    expect(await server.admin.pttl(rig.keys.entry('n', 'ever').value)).toBe(-1);
  });

  it('two prefixes on one server never touch each other, nor what has none (CA-1)', async () => {
    const others = [
      await RedisRig.patient(server.url, { prefix: 'app:val' }),
      await RedisRig.patient(server.url, { prefix: '' }),
    ];
    await server.admin.set('val:{n:k}x', 'somebody else’s');
    for (const each of [rig, ...others]) await each.tier.set('n', 'k', storedEntry(), kept);
    expect(await rig.tier.deletePrefix('n', '')).toBeGreaterThan(0);
    for (const other of others) {
      expect(await other.tier.get('n', 'k')).toEqual(storedEntry());
      expect(await other.tier.deletePrefix('n', '')).toBeGreaterThan(0);
      await other.close();
    }
    expect(await server.admin.exists('val:{n:k}x')).toBe(1);
  });

  it('deletes by SCAN and UNLINK, never by KEYS, DEL or FLUSHDB (CA-5)', async () => {
    await server.admin.flushall();
    for (let index = 0; index < 1_500; index += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => rig.tier.set('n', `k${index + at}`, storedEntry(), kept)),
      );
    }
    await server.admin.config('RESETSTAT');
    expect(await rig.tier.deletePrefix('n', 'k')).toBe(1_500);
    const [scans, unlinks] = [await server.calls('scan'), await server.calls('unlink')];
    expect(unlinks).toBeGreaterThan(0);
    expect(unlinks).toBeLessThanOrEqual(scans);
    for (const never of ['keys', 'del', 'flushdb', 'flushall']) expect(await server.calls(never)).toBe(0);
  });

  it('estimates a keyspace that is too large to be counted, in a bounded number of commands (CA-10)', async () => {
    await server.admin.flushall();
    await server.admin.eval(
      `for i = 1, 60000 do redis.call('SET', (i % 2 == 0 and 'app:val:{n:' or 'other:{') .. i .. '}', '0123456789') end`,
      0,
    );
    await server.admin.config('RESETSTAT');
    const { entries, bytes } = await rig.tier.usage('n');
    expect(entries).toBeGreaterThan(20_000);
    expect(entries).toBeLessThan(40_000);
    expect(bytes).toBe(entries * 10);
    expect(await server.calls('scan')).toBeLessThanOrEqual(10);
    expect(await server.calls('strlen')).toBeLessThanOrEqual(100);
    await server.admin.flushall();
  });

  it('is empty after FLUSHALL, and fills again (CA-11)', async () => {
    await rig.tier.set('n', 'k', storedEntry(), kept);
    await server.admin.flushall();
    expect(await rig.tier.get('n', 'k')).toBeNull();
    expect(await rig.tier.set('n', 'k', storedEntry(), kept)).toBe('stored');
    await pollUntil(async () => (await rig.tier.get('n', 'k')) !== null, 'the entry is back');
    expect(rig.failures).toEqual([]);
  });
});
