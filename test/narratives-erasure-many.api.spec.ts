import { deleteRequests } from '../src/features/narratives/erasing/erasures.sql.js';
import { erase, person } from './support/narrative-erasures.js';
import { recorded } from './support/narrative-requests.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

/** As the planner tells a scan that finds nothing to scan. */
const ofEmptyMonth = '(cost=0.00..0.00 ';

describe('erasing a person of 100,000 requests (NA-8)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
  });
  afterAll(() => lastgood.dispose());

  const insert = (userId: string, keys: number) =>
    lastgood.sql(
      `INSERT INTO lastgood.narrative_requests (at, user_id, narrative_key, outcome, duration_ms, systems)
     SELECT now(), $1, $1 || ' asked for ' || n % $2, 'fresh', 1, '{}' FROM generate_series(1, 100000) n`,
      [userId, keys],
    );

  it('is done by indexes, whatever others asked', async () => {
    await insert('many', 20_000);
    await recorded(lastgood, { userId: person }, { userId: person, key: 'b' });
    await lastgood.sql('ANALYZE lastgood.narrative_requests');
    const plan = await lastgood.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${deleteRequests.replaceAll('$1', `'${person}'`)}`,
    );
    const lines = plan.map((line) => line['QUERY PLAN']).filter((line) => !line.includes(ofEmptyMonth));
    expect(lines.filter((line) => line.includes('Seq Scan on narrative'))).toEqual([]);
    expect(lines.filter((line) => /Index.* Scan.* on narrative_requests_\d{4}_\d{2}/.test(line))).not.toEqual(
      [],
    );
  });

  it.each([1, 2_500])('is done, with %d narratives that are purged a thousand at a time', async (keys) => {
    const userId = `busy-${keys}`;
    await insert(userId, keys);
    const { status, body } = await erase(lastgood, userId);
    expect([status, body.requests, body.purged]).toEqual([200, 100_000, keys]);
    const purged = async () => {
      const [row] = await lastgood.sql<{ count: number }>(
        'SELECT count(DISTINCT scope)::int4 AS count FROM lastgood.cache_operations WHERE scope LIKE $1',
        [`@narratives=${userId} asked for %`],
      );
      return row!.count;
    };
    await pollUntil(async () => (await purged()) === keys, 'all of them are purged');
  });
});
