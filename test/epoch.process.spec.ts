import { createTestDatabase } from './support/test-database.js';
import { ConfigDatabase } from './support/config-database.js';
import { PostgresPair } from './support/standby.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';

/** Each command starts a process, and the machine may be busy. */
const withinMs = 300_000;
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';

describe('commands and their database (OP-13, OP-8)', () => {
  const DATA_DIR = tempFolder('commands');

  const cli = async (url: string, ...args: string[]) => {
    const command = ServerProcess.cli({ DATA_DIR, DATABASE_URL: url }, ...args);
    return { code: await command.exit(), stdout: command.stdout, stderr: command.stderr };
  };
  const bump = ['epoch', 'bump', '--reason', 'a test', '--yes'];

  it.each([
    ['migrate', 'show'],
    ['migrate', 'revert'],
    ['epoch', 'bump', '--reason', 'x', '--yes'],
    ['keys', 'list'],
    ['audit', 'verify'],
  ])(
    '%s %s says that the database is away, and exits with 3',
    async (...args) => {
      expect(await cli(nowhere, ...args)).toEqual({
        code: 3,
        stdout: '',
        stderr: expect.stringMatching(/database.*ECONNREFUSED 127\.0\.0\.1:1/i),
      });
    },
    withinMs,
  );

  it(
    'epoch bump names what is wrong, and changes nothing: no reason, no such stream, no schema',
    async () => {
      const database = await ConfigDatabase.create({ seeded: false });
      const empty = await createTestDatabase();
      const { epoch } = await database.counter();
      const [blank, unknown, bare] = await Promise.all([
        cli(database.url, 'epoch', 'bump', '--reason', ' ', '--yes'),
        cli(database.url, ...bump, '--stream', 'config', 'confg'),
        cli(empty.url, ...bump),
      ]);
      expect(blank).toMatchObject({ code: 1, stderr: expect.stringContaining('--reason') });
      expect(unknown).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/there is no "confg".*config/),
      });
      expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('has no schema "lastgood"') });
      expect((await database.counter()).epoch).toBe(epoch);

      const access = await database.counter('access');
      const one = await cli(database.url, ...bump, '--stream', 'config', '--json');
      expect(one.code).toBe(0);
      const after = await database.counter();
      expect(JSON.parse(one.stdout)).toEqual([
        { stream: 'config', from: `${epoch}:${after.version}`, to: `${after.epoch}:${after.version}` },
      ]);
      expect(after.epoch).not.toBe(epoch);
      expect(await database.counter('access')).toEqual(access);
      await database.drop();
      await empty.drop();
    },
    withinMs,
  );

  it(
    'epoch bump is refused on a standby: its primary has to be asked, or it has to be promoted first',
    async () => {
      const pair = await PostgresPair.start();
      try {
        const refused = await cli(pair.standbyUrl, ...bump);
        expect(refused).toMatchObject({
          code: 1,
          stdout: '',
          stderr: expect.stringContaining('This is a standby'),
        });
      } finally {
        await pair.stop();
      }
    },
    withinMs,
  );
});
