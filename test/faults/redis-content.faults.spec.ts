import { setTimeout as pause } from 'node:timers/promises';
import { RedisKeys } from '../../src/adapters/redis/redis-keys.js';
import { decodeEnvelope, encodeEnvelope } from '../../src/core/index.js';
import { describeRedis } from '../support/describe-redis.js';
import { measured } from '../support/fault-report.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';
import { pollUntil } from '../support/poll-until.js';
import { RedisServer } from '../support/redis-server.js';
import { storedEntry } from '../support/tier-fixtures.js';

const row = 'Redis';
const maxValueBytes = 131_072;
const mib = 1_048_576;
const keys = new RedisKeys('lastgood');
const slot = (key: string) => keys.entry('items', key).value;

const whole = (value: unknown) => encodeEnvelope(storedEntry({ value }), 1_000);
const foreign: [string, () => Promise<Buffer>][] = [
  ['garbage', async () => Buffer.from([0, 255, 10, 13, 0])],
  ['truncated', async () => (await whole({ text: 'x'.repeat(5_000) })).subarray(0, -1)],
  ['foreign JSON', async () => Buffer.from('{"text":"not ours","isAdmin":true}')],
  ['gzip bomb', () => whole({ text: 'x'.repeat(96 * mib) })],
  ['__proto__', () => whole(JSON.parse('{"__proto__":{"text":"not ours"}}'))],
  ['100 MB of anything', async () => Buffer.alloc(100 * mib, 'x')],
];

describeRedis('what is in Redis', () => {
  let database: ItemsDatabase;
  let redis: RedisServer;
  let node: ItemsNode;
  let other: ItemsNode;

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    redis = await RedisServer.start();
    const where = { database: database.url, redis: redis.url };
    [node, other] = await Promise.all([ItemsNode.start(where), ItemsNode.start(where)]);
  });

  afterAll(async () => {
    await Promise.all([node.dispose(), other.dispose()]);
    await redis.stop();
    await database.dispose();
  });

  const corrupted = async (): Promise<number> => {
    const { events } = await node.state();
    const names = Object.keys(events).filter((name) => name.startsWith('entry-corrupt redis'));
    return names.reduce((sum, name) => sum + events[name]!, 0);
  };

  /** Reads a key in whose place there is something else; answers how much the process grew meanwhile (bytes). */
  async function readOver(key: string, bytes: Buffer): Promise<number> {
    await redis.admin.set(slot(key), bytes);
    const before = (await node.memory(true)).rssBytes;
    const progress = { isOver: false, highest: 0 };
    const reading = node.read(key).finally(() => (progress.isOver = true));
    const watch = async () => {
      progress.highest = Math.max(progress.highest, (await node.memory()).rssBytes);
      return progress.isOver;
    };
    await pollUntil(watch, 'it is answered');
    expect(await reading).toMatchObject({ text: 'first', isStale: false, source: 'origin' });
    return progress.highest - before;
  }

  it.each(foreign)(
    '%s is a miss, is deleted and counted, and costs no memory (CA-11)',
    async (fault, make) => {
      const keysToTry = await database.fill(fault, 11);
      expect((await node.read(keysToTry.pop()!)).text).toBe('first');
      const bytes = await make();
      const before = await corrupted();
      let key = '';
      let grown = 0;
      const isCounted = async () => {
        key = keysToTry.pop()!;
        grown = await readOver(key, bytes);
        return (await corrupted()) > before;
      };
      // A busy machine may be too late to read Redis at all, which is a miss as well.
      await pollUntil(isCounted, 'it is counted');
      await pollUntil(async () => {
        const stored = await redis.admin.getBuffer(slot(key));
        if (stored === null) return true;
        const { value } = await decodeEnvelope(stored, { maxValueBytes }).catch(() => ({ value: null }));
        return (value as { text?: string } | null)?.text === 'first';
      }, 'it is gone, or the true value has taken its place');
      // What V8 takes for the work itself is there too: some MiB either way.
      const limit = (2 * maxValueBytes) / mib + 8;
      measured({ row, fault, what: 'memory', value: grown / mib, limit, unit: 'MiB' });
      expect(grown).toBeLessThan(48 * mib);
      expect(node.process.hasEnded).toBe(false);
    },
  );

  it('a write that timed out and is applied later is rejected as older (CO-11)', async () => {
    const late: string[] = [];
    for (let round = 0; round < 5; round++) {
      const [key] = await database.fill(`late-${round}`, 1);
      // Not so late that the client has closed the connection: the server gets it all the same.
      await node.redis!.mode({ kind: 'slow', delayMs: 900 });
      expect(await node.read(key!)).toMatchObject({ text: 'first' });
      const version = await database.edit(key!, 'second');
      await pollUntil(async () => (await other.state()).applied >= version, 'the other has applied the edit');
      expect(await other.read(key!)).toMatchObject({ text: 'second', version });
      const isStored = async () => (await other.ask<{ isHit: boolean }>('/redis-get', { key: key! })).isHit;
      await pollUntil(isStored, 'the newer value is in Redis');
      await pause(2_000);
      const stored = await redis.admin.getBuffer(slot(key!));
      const { value } = await decodeEnvelope(stored!, { maxValueBytes });
      late.push((value as { text: string }).text);
      await node.redis!.mode('pass');
      await pollUntil(async () => (await node.read(key!)).text === 'second', 'it converges');
      await pollUntil(
        async () =>
          (await node.ask<{ isHit: boolean | null }>('/redis-get', { key: 'none' })).isHit === false,
        'Redis is used again',
      );
    }
    const fault = 'write applied late';
    const wrong = late.filter((text) => text !== 'second').length;
    measured({ row, fault, what: 'older in Redis', value: wrong, limit: 0, unit: '' });
    expect(late).toEqual(Array.from({ length: 5 }, () => 'second'));
  });
});
