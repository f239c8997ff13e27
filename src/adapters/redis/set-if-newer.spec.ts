import * as fc from 'fast-check';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { supersedes, type StoredEntry } from '../../core/index.js';

const epoch = fc.constantFrom('e', 'f', 'ё "\\\n');
const currentFrom = fc.option(fc.constantFrom(0, 1, 2, 2 ** 53 - 1));
const moment = fc.constantFrom(-1, 0, 0.1, 0.1 + Number.EPSILON, 1_763_000_000_000.25, 1_763_000_000_000.5);
const facts = fc.record({
  asOf: fc.option(
    fc.record({ epoch, version: fc.constantFrom(0, 1, 2, 2 ** 53 - 1), changeId: fc.constant('c') }),
  ),
  confirmedAt: moment,
  storedAt: moment,
  left: fc.uniqueArray(epoch),
  absent: fc.boolean(),
});
const entryOf = (given: Partial<StoredEntry>, value: string): StoredEntry =>
  storedEntry({ ...given, value: given.absent ? null : value, scopes: ['s:"ß"', '😀'] });
const kept = { ttlMs: 600_000, maxBytes: null, pinned: false };

describeRedis('set-if-newer on the server (CO-11)', () => {
  let server: RedisServer;
  let rig: RedisRig;
  beforeAll(async () => {
    server = await RedisServer.start();
    rig = await RedisRig.patient(server.url);
  });
  afterAll(async () => {
    await rig.close();
    await server.stop();
  });

  it('decides as supersedes() does, between values, absences and both, by version and by observation', async () => {
    let made = 0;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(facts, facts, currentFrom, async (first, second, from) => {
        const [held, candidate] = [entryOf(first, 'held'), entryOf(second, 'candidate')];
        const key = `k${++made}`;
        await rig.tier.set('n', key, held, kept);
        const outcome = await rig.tier.set('n', key, candidate, { ...kept, currentFrom: from });
        const isNewer = supersedes(candidate, held, from);
        outcomes.add(outcome);
        expect(outcome).toBe(isNewer ? 'stored' : 'older');
        expect(await rig.tier.get('n', key)).toEqual(isNewer ? candidate : held);
        const { value, absence } = rig.keys.entry('n', key);
        expect(await rig.client.exists(value, absence)).toBe(1);
      }),
      { numRuns: 500 },
    );
    expect(outcomes).toEqual(new Set(['stored', 'older']));
  });

  it('replaces what is no string, and what has a beginning like ours but no facts', async () => {
    const { value, absence } = rig.keys.entry('n', 'other');
    const line = 'lastgood:1 00000000';
    const plants = [
      () => rig.client.lpush(value, 'a list'),
      () => rig.client.sadd(absence, 'a set'),
      () => rig.client.set(value, `${line} 99999999999 0 plain\n{}`),
      () => rig.client.set(value, `${line} 60 0 plain\n{"confirmedAt":1`),
      () => rig.client.set(absence, `${line} 43 0 plain\n{"confirmedAt":"9","left":[],"asOf":null}`),
      () => rig.client.set(value, `${line} 41 0 plain\n{"confirmedAt":9e9,"left":[],"asOf":true}`),
      () => rig.client.set(value, `${line} 41 0 plain\n${'['.repeat(41)}`),
    ];
    for (const plant of plants) {
      await rig.client.del(value, absence);
      await plant();
      expect(await rig.tier.set('n', 'other', storedEntry(), kept)).toBe('stored');
      expect(await rig.tier.get('n', 'other')).toEqual(storedEntry());
      expect(await rig.client.exists(absence)).toBe(0);
    }
  });

  it('reads the beginning of what is held, not all of it, and sends the script by its hash (CA-1)', async () => {
    await rig.tier.set('n', 'large', storedEntry({ value: 'x'.repeat(90_000) }), kept);
    await server.admin.config('RESETSTAT');
    await rig.tier.set('n', 'large', storedEntry(), kept);
    expect(await server.calls('evalsha')).toBe(1);
    expect(await server.calls('eval')).toBe(0);
    expect(await server.calls('get')).toBe(0);
    expect(await server.calls('getrange')).toBe(3);
  });

  it('is sent whole to a server that has forgotten it (CA-11)', async () => {
    await server.admin.script('FLUSH');
    expect(await rig.tier.set('n', 'flushed', storedEntry(), kept)).toBe('stored');
    expect(await rig.tier.get('n', 'flushed')).toEqual(storedEntry());
    expect(rig.failures).toEqual([]);
  });
});
