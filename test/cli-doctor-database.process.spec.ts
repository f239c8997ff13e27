import { checkClock } from '../src/cli/doctor/check-clock.js';
import { ConfigDatabase } from './support/config-database.js';
import { examine } from './support/examine.js';
import { PostgresPair } from './support/standby.js';

/** Each command starts a process, and the machine may be busy. */
const withinMs = 120_000;

describe('lastgood doctor, of a database that is not as it should be (OP-8)', () => {
  let database: ConfigDatabase;

  beforeAll(async () => (database = await ConfigDatabase.create({ seeded: false })));
  afterAll(() => database.drop());

  it(
    'fails where the database takes no changes, as one whose disk is full, and is read all the same (OP-8)',
    async () => {
      const readOnly = new URL(database.url);
      readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
      const { exitCode, of } = await examine({ DATABASE_URL: readOnly.href });
      expect([exitCode, of['database']]).toMatchObject([
        1,
        { verdict: 'fail', message: expect.stringContaining('takes no changes') },
      ]);
    },
    withinMs,
  );

  it(
    'tells a standby, and that the database and this machine do not agree on the time (OP-8)',
    async () => {
      const pair = await PostgresPair.start();
      try {
        const { exitCode, of } = await examine({ DATABASE_URL: pair.standbyUrl });
        expect([exitCode, of['database']]).toMatchObject([
          1,
          { verdict: 'fail', message: expect.stringContaining('is a standby') },
        ]);
        expect(of['listen']!.message).toContain('not looked at');
      } finally {
        await pair.stop();
      }
      const signal = new AbortController().signal;
      const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
      const clock = await checkClock(database.url, signal).finally(() => now.mockRestore());
      expect(clock).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/36\d{5} ms ahead of/) });
    },
    withinMs,
  );
});
