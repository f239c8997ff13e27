import { Client } from 'pg';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { onPrimary } from '../database/index.js';
import { bumpEpochs } from './bump-epochs.js';
import { localCall } from './call.js';

const call = localCall('test', 'epoch bump');

describe('a bump of epochs (OP-13)', () => {
  let database: ConfigDatabase;

  beforeAll(async () => (database = await ConfigDatabase.create({ seeded: false })));
  afterAll(() => database.drop());

  const bump = (...streams: string[]) =>
    onPrimary(database.url, (manager) => bumpEpochs(manager, streams, 'a test', call));

  it('during a publication waits for it, and tells the point that it ended: the audit names what was', async () => {
    const before = await database.counter();
    const writer = new Client({ connectionString: database.url });
    await writer.connect();
    await writer.query(
      `BEGIN; UPDATE lastgood.change_counter SET version = version + 1 WHERE stream = 'config'`,
    );
    const bumping = bump('config', 'access');
    await pollUntil(async () => (await database.waiting()) === 1, 'the bump waits');
    await writer.query('COMMIT');
    await writer.end();
    const told = (await bumping).find(({ stream }) => stream === 'config');
    const after = await database.counter();
    expect(told).toEqual({
      stream: 'config',
      from: `${before.epoch}:${before.version + 1}`,
      to: `${after.epoch}:${before.version + 1}`,
    });
    expect(after.epoch).not.toBe(before.epoch);
  });

  it('twice at once is two epochs, one after the other, and each begins where the other ended', async () => {
    const [one, other] = await Promise.all([bump(), bump()]);
    for (const { stream, from, to } of one) {
      const second = other.find((each) => each.stream === stream)!;
      expect([second.from === to, from === second.to]).toContain(true);
      expect(second.to).not.toBe(to);
    }
    const ends = [one, other].map((bumped) => bumped.find(({ stream }) => stream === 'config')!.to);
    const { epoch, version } = await database.counter();
    expect(ends).toContain(`${epoch}:${version}`);
  });
});
