import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const admin = { as: 'admin' as const };

describe('a report over so many requests that it takes seconds (NA-8)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
  });
  afterAll(() => lastgood.dispose());

  /** As if there were so many: they are looked through twice. */
  const whileEachLookTakes = async (seconds: number, work: () => Promise<void>) => {
    await lastgood.sql(`
      ALTER TABLE lastgood.narrative_requests RENAME TO many_requests;
      CREATE VIEW lastgood.narrative_requests AS
      SELECT r.* FROM (SELECT pg_sleep(${seconds})) s, lastgood.many_requests r`);
    try {
      await work();
    } finally {
      await lastgood.sql(`
        DROP VIEW lastgood.narrative_requests;
        ALTER TABLE lastgood.many_requests RENAME TO narrative_requests`);
    }
  };
  const report = () => lastgood.ask('/api/v1/narratives/analytics', admin);
  const counting = async () =>
    (
      await lastgood.sql(
        `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%percentile_cont%'
           AND datname = current_database() AND pid <> pg_backend_pid()`,
      )
    ).length;

  beforeEach(() =>
    lastgood.sql(
      `INSERT INTO lastgood.narrative_requests (at, narrative_key, outcome, duration_ms, systems)
       VALUES (now(), 'key', 'fresh', 1, '{}')`,
    ),
  );

  it('is waited for, and the next one waits for its turn', async () => {
    await whileEachLookTakes(1.1, async () => {
      const reports = [report(), report()];
      let most = 0;
      await pollUntil(async () => (most = Math.max(most, await counting())) > 0, 'it is being counted');
      const answers = await Promise.all(reports);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(most).toBe(1);
    });
  });

  it('is given up at last, by the database too, and keeps nothing else waiting', async () => {
    await whileEachLookTakes(30, async () => {
      const reading = report();
      await pollUntil(async () => (await counting()) === 1, 'it is being counted');
      await lastgood.makeKey('client');
      expect(await counting()).toBe(1);
      expect((await reading).status).toBe(503);
      expect(await counting()).toBe(0);
    });
    expect((await report()).status).toBe(200);
  });
});
