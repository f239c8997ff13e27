import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisCluster } from '../../../test/support/redis-cluster.js';
import { patientOptions, RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { hostileKeys, storedEntry } from '../../../test/support/tier-fixtures.js';
import { encodeEnvelope, type LastgoodEvent } from '../../core/index.js';
import { RedisKeyValue } from './redis-key-value.js';

const kept = { ttlMs: 600_000, maxBytes: null };
const free = (value: unknown) => storedEntry({ value, asOf: null });

const areaOf = (rig: RedisRig): { area: RedisKeyValue; events: LastgoodEvent[] } => {
  const events: LastgoodEvent[] = [];
  const area = new RedisKeyValue({
    link: rig.link,
    keys: rig.keys,
    report: (event) => events.push(event),
    namespace: 'free',
    limits: { maxStoredBytes: 100_000, maxValueBytes: 200_000 },
    compressFromBytes: 1_000,
  });
  return { area, events };
};
async function listed(area: RedisKeyValue, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of area.keys(prefix)) keys.push(key);
  return keys;
}

describeRedis('RedisKeyValue (CA-1)', () => {
  let server: RedisServer;
  let rig: RedisRig;
  let area: RedisKeyValue;
  let events: LastgoodEvent[];
  beforeAll(async () => {
    server = await RedisServer.start();
    rig = await RedisRig.patient(server.url);
  });
  beforeEach(async () => {
    await server.admin.flushall();
    ({ area, events } = areaOf(rig));
  });
  afterAll(async () => {
    await rig.close();
    await server.stop();
  });

  it('gives back what was set last, whatever it is, compressed or not', async () => {
    expect(await area.get('k')).toBeNull();
    for (const value of [
      0,
      '',
      null,
      false,
      { a: ['ß', '_function_a|() => 1', '_date_'] },
      'x'.repeat(50_000),
    ]) {
      expect(await area.set('k', free(value), kept)).toBe('stored');
      expect(await area.get('k')).toEqual(free(value));
    }
    expect(await area.set('k', storedEntry({ ...free(1), confirmedAt: 0 }), kept)).toBe('stored');
    expect((await area.get('k'))?.confirmedAt).toBe(0);
  });

  it('keeps hostile keys apart, tells them again, and clears by prefix and never beyond the area', async () => {
    await rig.tier.set('free', 'k', storedEntry(), { ...kept, pinned: false });
    for (const key of hostileKeys) await area.set(key, free(key), kept);
    for (const key of hostileKeys) expect(await area.get(key)).toEqual(free(key));
    expect((await listed(area)).toSorted()).toEqual(hostileKeys.toSorted());
    expect((await listed(area, 'tenant-1')).toSorted()).toEqual(['tenant-1', 'tenant-10']);
    expect(await area.clear('a:')).toBe(2);
    expect(await area.get('a')).toEqual(free('a'));
    expect(await area.delete('a')).toBe(true);
    expect(await area.delete('a')).toBe(false);
    await area.clear('');
    expect(await listed(area)).toEqual([]);
    expect(await rig.tier.get('free', 'k')).toEqual(storedEntry());
  });

  it('keeps a value for its ttl, and one without for ever', async () => {
    await area.set('ever', free(1), { ...kept, ttlMs: null });
    await area.set('short', free(1), { ...kept, ttlMs: 0.5 });
    await pollUntil(async () => (await area.get('short')) === null, 'the value is gone');
    expect(await server.admin.pttl(rig.keys.free('ever'))).toBe(-1);
  });

  it('refuses what is larger than allowed, and goes through the breaker', async () => {
    expect(await area.set('k', free('x'.repeat(500)), { ...kept, maxBytes: 500 })).toBe('too-large');
    expect(await area.get('k')).toBeNull();
    const lost = await RedisRig.over('redis://127.0.0.1:1');
    const down = areaOf(lost).area;
    const asked = [down.get('k'), down.set('k', free(1), kept), down.delete('k'), down.clear('')];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'tier-unavailable' } });
    }
    await lost.close();
  });

  it('never makes a function of what somebody wrote: it is a miss, deleted and told (CA-11)', async () => {
    const payloads = [
      '"_function_a|() => { globalThis.wasRun = true; }"',
      '{"toString":"_function_toString|() => { globalThis.wasRun = true; }"}',
      '"_function_a|(globalThis.wasRun = true)"',
      '1},"x":{"a":1',
      '"_regexp_g|(a+)+$"',
      '"_duplicate_root"',
      '"_symbol_a"',
      '"plain"',
      'garbage',
      JSON.stringify(Buffer.from('{"value":1}').toString('base64')),
      JSON.stringify((await encodeEnvelope(free('x'), 1_000)).subarray(0, -1).toString('base64')),
      JSON.stringify((await encodeEnvelope(free('x'.repeat(9_000_000)), 1_000)).toString('base64')),
      JSON.stringify('x'.repeat(200_000)),
    ];
    for (const payload of payloads) {
      const before = events.length;
      await server.admin.set(rig.keys.free('k'), payload);
      expect([payload.slice(0, 80), await area.get('k')]).toEqual([payload.slice(0, 80), null]);
      expect(events.slice(before)).toEqual([
        { type: 'entry-corrupt', tier: 'redis', namespace: 'free', fault: expect.any(String) },
      ]);
      expect(await server.admin.exists(rig.keys.free('k'))).toBe(0);
    }
    await server.admin.lpush(rig.keys.free('k'), 'a list');
    expect(await area.get('k')).toBeNull();
    expect(globalThis).not.toHaveProperty('wasRun');
  });

  it('works the same on a Cluster', async () => {
    const cluster = await RedisCluster.start();
    const clustered = await RedisRig.patient(cluster.client({ redisOptions: patientOptions }));
    try {
      const shared = areaOf(clustered).area;
      const keys = Array.from({ length: 100 }, (_, index) => `a:${index}`);
      await Promise.all(keys.map((key) => shared.set(key, free(key), kept)));
      expect((await listed(shared)).toSorted()).toEqual(keys.toSorted());
      expect(await shared.get('a:7')).toEqual(free('a:7'));
      expect(await shared.clear('a:')).toBe(100);
      expect(await listed(shared)).toEqual([]);
    } finally {
      await clustered.close();
      await cluster.stop();
    }
  });
});
