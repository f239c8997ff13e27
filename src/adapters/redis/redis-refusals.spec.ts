import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { describeRedis } from '../../../test/support/describe-redis.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { RedisRig } from '../../../test/support/redis-rig.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { storedEntry } from '../../../test/support/tier-fixtures.js';
import { createRedis } from './create-redis.js';

const kept = { ttlMs: 600_000, maxBytes: null, pinned: false };
const newer = storedEntry({ confirmedAt: 9_000 });
const lock = { kind: 'lock', namespace: 'n', key: 'k' } as const;

describeRedis('what Redis refuses (CA-11)', () => {
  const rigs: RedisRig[] = [];
  const servers: RedisServer[] = [];
  const start = async (...settings: string[]): Promise<RedisServer> => {
    const server = await RedisServer.start(...settings);
    servers.push(server);
    return server;
  };
  const connect = async (url: string): Promise<RedisRig> => {
    const rig = await RedisRig.patient(url);
    rigs.push(rig);
    return rig;
  };
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((each) => each.close()));
    await Promise.all(servers.splice(0).map((each) => each.stop()));
  });

  it('out of memory without eviction: reads and deletions go on, writes and locks fail by themselves', async () => {
    const server = await start('--maxmemory-policy', 'noeviction');
    const rig = await connect(server.url);
    await rig.tier.set('n', 'k', storedEntry(), kept);
    await server.admin.config('SET', 'maxmemory', '1');
    await expect(rig.tier.set('n', 'k', newer, kept)).rejects.toMatchObject({
      code: 'tier-unavailable',
      message: expect.stringContaining('OOM'),
    });
    await expect(rig.lock.acquire(lock, 1_000)).rejects.toThrow('OOM');
    expect(await rig.tier.get('n', 'k')).toEqual(storedEntry());
    expect(rig.failures.map(({ operation }) => operation)).toEqual(['set', 'lock']);
    expect(rig.states).toEqual([true]);
    expect(await rig.tier.delete('n', 'k')).toBe(true);
    await server.admin.config('SET', 'maxmemory', '0');
    expect(await rig.tier.set('n', 'k', newer, kept)).toBe('stored');
  });

  it('with eviction it makes room: entries are lost, and nobody has an error of it', async () => {
    const server = await start('--maxmemory', '6mb', '--maxmemory-policy', 'allkeys-lru');
    const rig = await connect(server.url);
    const value = Array.from({ length: 20_000 }, () => Math.random());
    for (let index = 0; index < 60; index += 1)
      await rig.client.set(`filler:${index}`, JSON.stringify(value));
    await rig.tier.set('n', 'k', storedEntry(), kept);
    expect(await rig.tier.get('n', 'k')).toEqual(storedEntry());
    expect(await server.admin.dbsize()).toBeLessThan(61);
    expect(rig.failures).toEqual([]);
  });

  it('a read-only replica: reads go on, writes fail by themselves', async () => {
    const primary = await start('--repl-diskless-sync-delay', '0');
    const replica = await start('--replicaof', `127.0.0.1 ${primary.port}`);
    const [writer, reader] = [await connect(primary.url), await connect(replica.url)];
    await writer.tier.set('n', 'k', storedEntry(), kept);
    await pollUntil(
      async () => (await reader.tier.get('n', 'k').catch(() => null)) !== null,
      'it was replicated',
    );
    reader.events.splice(0);
    await expect(reader.tier.set('n', 'k', newer, kept)).rejects.toThrow('READONLY');
    await expect(reader.tier.delete('n', 'k')).rejects.toThrow('READONLY');
    await expect(reader.lock.acquire(lock, 1_000)).rejects.toThrow('READONLY');
    expect(await reader.tier.get('n', 'k')).toEqual(storedEntry());
    expect(reader.failures).toHaveLength(3);
    expect(reader.link.isUp).toBe(true);
  });

  it.each([
    ['a wrong password', '//:wrong@'],
    ['no password', '//'],
  ])('%s means that Redis is not there, until it is the right one', async (_name, credentials) => {
    const server = await start('--requirepass', 'right');
    const rig = await connect(server.url.replace('//', credentials));
    expect(rig.states).toEqual([false]);
    await expect(rig.tier.get('n', 'k')).rejects.toMatchObject({
      code: 'tier-unavailable',
      cause: expect.objectContaining({ message: expect.stringMatching(/WRONGPASS|NOAUTH/) }),
    });
    const operator = createRedis(server.url.replace('//', '//:right@'));
    await operator.connect();
    await operator.config('SET', 'requirepass', credentials === '//' ? '' : 'wrong');
    operator.disconnect();
    await pollUntil(() => rig.link.isUp, 'Redis is used');
    expect(await rig.tier.get('n', 'k')).toBeNull();
  });

  it('a node of a Cluster, taken for a server: what is elsewhere is refused, and nothing hangs', async () => {
    const node = await start('--cluster-enabled', 'yes');
    const rig = await connect(node.url);
    await expect(rig.tier.get('n', 'k')).rejects.toMatchObject({ code: 'tier-unavailable' });
  });

  it('rediss:// speaks TLS (CA-1)', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createRedis(`rediss://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`);
    const accepted = once(server, 'connection');
    client.connect().catch(() => undefined);
    const [connection] = (await accepted) as [Socket];
    const [first] = (await once(connection, 'data')) as [Buffer];
    // A handshake, and nothing of the password.
    expect(first[0]).toBe(0x16);
    client.disconnect();
    connection.destroy();
    server.close();
  });
});
