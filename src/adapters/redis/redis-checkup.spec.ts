import { Redis } from 'ioredis';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { patientOptions, RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import type { LastgoodEvent } from '../../core/index.js';
import { RedisCheckup, type RedisCheckupOptions } from './redis-checkup.js';
import { versionFault } from './version-fault.js';

describeRedis('RedisCheckup (CA-2)', () => {
  let server: RedisServer;
  const opened: { close(): unknown }[] = [];
  const events: LastgoodEvent[] = [];
  const told = (): string[] =>
    events.flatMap((event) => (event.type === 'tier-warning' ? [event.message] : []));

  function checkupOf(rig: RedisRig, options: Partial<RedisCheckupOptions> = {}): RedisCheckup {
    const checkup = new RedisCheckup({
      link: rig.link,
      report: (event) => events.push(event),
      prefix: 'lg',
      evictionPolicy: 'allkeys-lru',
      applyEvictionPolicy: false,
      wall: () => Date.now(),
      ...options,
    });
    opened.push(checkup, rig);
    return checkup;
  }
  const check = async (options?: Partial<RedisCheckupOptions>, url = server.url): Promise<string[]> => {
    await checkupOf(await RedisRig.patient(url), options).run();
    return told();
  };

  beforeAll(async () => (server = await RedisServer.start()));
  beforeEach(async () => {
    events.splice(0);
    await server.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  });
  afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));
  afterAll(() => server.stop());

  it('has nothing to say of a server that is as it should be', async () => {
    expect(await check()).toEqual([]);
  });

  it('tells another eviction policy, and leaves it', async () => {
    await server.admin.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await check()).toEqual([
      `127.0.0.1:${server.port}: its maxmemory-policy is noeviction and should be allkeys-lru`,
    ]);
    expect(await server.admin.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('sets it where that is wanted, and says so', async () => {
    await server.admin.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await check({ applyEvictionPolicy: true, evictionPolicy: 'allkeys-lfu' })).toEqual([
      expect.stringContaining('was noeviction and was set to allkeys-lfu'),
    ]);
    expect(await server.admin.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lfu']);
  });

  it.each([
    ['CONFIG', '-config', 'it does not tell its maxmemory-policy'],
    ['CONFIG SET', '-config|set', 'it does not let us set volatile-lru'],
    ['CONFIG and TIME', ['-config', '-time'], 'it does not tell its maxmemory-policy'],
  ])('where %s is forbidden it is said, and no more', async (_name, rules, message) => {
    await server.admin.call(
      'ACL',
      'SETUSER',
      'limited',
      'reset',
      'on',
      '>secret',
      '~*',
      '&*',
      '+@all',
      ...[rules].flat(),
    );
    const url = server.url.replace('//', '//limited:secret@');
    expect(await check({ applyEvictionPolicy: true, evictionPolicy: 'volatile-lru' }, url)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it('tells a clock that differs by more than 5 s, to either side', async () => {
    expect(await check({ wall: () => Date.now() - 4_000 })).toEqual([]);
    expect(await check({ wall: () => Date.now() - 60_000 })).toEqual([
      expect.stringContaining('60 s ahead of'),
    ]);
    events.splice(0);
    expect(await check({ wall: () => Date.now() + 60_000 })).toEqual([
      expect.stringContaining('60 s behind'),
    ]);
  });

  it('tells an empty prefix, and a client without a socket timeout', async () => {
    expect(await check({ prefix: '' })).toEqual([expect.stringContaining('CACHE_PREFIX is empty')]);
    events.splice(0);
    const { socketTimeout: _, ...others } = patientOptions;
    await checkupOf(await RedisRig.patient(new Redis(server.url, others))).run();
    expect(told()).toEqual([expect.stringContaining('no socketTimeout')]);
  });

  it.each([
    ['5.0.14', 'it is Redis 5.0.14, and the oldest to be counted on is 6.2'],
    ['6.0.16', 'it is Redis 6.0.16, and the oldest to be counted on is 6.2'],
    ['6.2.0', null],
    ['7.0.15', null],
    ['10.0.0', null],
  ])('of the version %s it says: %s', (version, fault) =>
    expect(versionFault(`# Server\r\nredis_version:${version}\r\nos:Linux`)).toBe(fault),
  );

  it('a start without Redis ends and is told; it is looked at when it comes, and again when it comes back', async () => {
    const other = await RedisServer.start('--maxmemory-policy', 'volatile-ttl');
    try {
      await other.kill();
      const rig = new RedisRig(new Redis(other.url, patientOptions));
      await checkupOf(rig).start();
      expect(told()).toEqual([expect.stringContaining('cannot be reached')]);
      await other.restart();
      await pollUntil(() => told().length === 2, 'the policy is told');
      expect(told()[1]).toContain('its maxmemory-policy is volatile-ttl');

      await other.kill();
      await pollUntil(() => !rig.link.isUp, 'the loss is noticed');
      await other.restart();
      await pollUntil(() => rig.link.isUp, 'it is back');
      await pollUntil(async () => (await other.calls('time')) > 0, 'it was looked at again');
      expect(told()).toHaveLength(2);
    } finally {
      await other.stop();
    }
  });
});
