import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { StatementPool } from '../../src/adapters/postgres/statement-pool.js';
import { measured, percentile } from '../support/fault-report.js';
import { phaseRow, type Said } from '../support/fleet-node.js';
import { Fleet } from '../support/fleet.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';
import { throughProxy } from '../support/through-proxy.js';

const row = 'Postgres';
const rounds = 20;

/** What ends single connections: reads are asked once more, and nothing else is noticed. */
describe('connections that Postgres or the network ends', () => {
  let fleet: Fleet;
  let load: ReadLoad;
  let value = 1_000;

  beforeAll(async () => {
    fleet = await Fleet.start();
    load = new ReadLoad(fleet.nodes, 10);
  });

  afterAll(async () => {
    await load.stop();
    await fleet.dispose();
  });

  beforeEach(async () => {
    await fleet.edit(++value);
    await fleet.untilOnTruth(value);
  });

  afterEach(() => {
    expect(fleet.node.server.exitCode).toBeNull();
    expect(load.failed).toEqual([]);
  });

  const complaints = (since: number): Said[] => [
    ...fleet.node.said('database does not answer', since),
    ...fleet.node.said('load failed', since),
  ];

  /** Breaks connections again and again, at any moment of a poll or a load; how long each edit after it took. */
  async function rehearse(breakConnections: () => Promise<unknown>): Promise<number[]> {
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const isEditedBefore = round % 2 === 0;
      if (isEditedBefore) await fleet.edit(++value);
      await pause(Math.random() * 150);
      const at = performance.now();
      await breakConnections();
      if (!isEditedBefore) await fleet.edit(++value);
      await pollUntil(() => fleet.node.isOnTruth(value), 'the edit is served as fresh');
      took.push(performance.now() - at);
    }
    return took;
  }

  it('a reset in the middle of a reply costs one retry, and no poll or load fails (CA-11)', async () => {
    const since = Date.now();
    const { proxy } = fleet.node;
    const took = await rehearse(async () => {
      await proxy.mode({ kind: 'slow', delayMs: 20 });
      await fleet.edit(++value);
      // The wake-up, the poll and the load that follow take 20 ms each way.
      await pause(20 + Math.random() * 120);
      await proxy.mode('reset');
      await proxy.mode('pass');
    });
    measured({ row, fault: 'reset mid-reply', what: 'edit served', value: Math.max(...took), limit: 1_000 });
    expect(complaints(since)).toEqual([]);
  });

  it('a statement is asked once more on a connection that was not reset with the first (CA-11)', async () => {
    const { proxy, proxied } = await throughProxy(fleet.url);
    const pool = new StatementPool({ url: proxied, timeoutMs: 5_000, maxConnections: 4 });
    const sleep = () => pool.rows('SELECT pg_sleep(0.05)', []);
    const failures: string[] = [];
    for (let round = 0; round < 50; round++) {
      // Three connections are idle, and one is asked.
      await Promise.all([sleep(), sleep(), sleep(), sleep()]);
      const asking = sleep().catch((error: Error) => void failures.push(error.message));
      await pause(20);
      await proxy.mode('reset');
      await proxy.mode('pass');
      await asking;
    }
    await pool.close();
    await proxy.close();
    expect(failures).toEqual([]);
  });

  it('replies that end in the middle are never taken for whole ones, and heal (CA-11)', async () => {
    const { proxy } = fleet.node;
    const took = await rehearse(async () => {
      await proxy.mode({ kind: 'truncate', afterBytes: 1 + Math.floor(Math.random() * 400) });
      await pause(Math.random() * 1_000);
      await proxy.mode('pass');
    });
    const typical = percentile(took, 0.5);
    measured({ row, fault: 'truncated replies', what: 'edit served, p50', value: typical, limit: 5_000 });
    expect(await fleet.node.isOnTruth(value)).toBe(true);
  });

  it('idle backends that are terminated cost one retry, and poison no pool (CA-11)', async () => {
    const since = Date.now();
    const took = await rehearse(() => fleet.terminate());
    const fault = 'pg_terminate_backend, idle';
    measured({ row, fault, what: 'edit served', value: Math.max(...took), limit: 1_000 });
    expect(complaints(since)).toEqual([]);
  });

  it('a write on terminated connections is done or 503 with nothing done, and the next one is done (CA-11)', async () => {
    for (let round = 0; round < rounds; round++) {
      const { settings, etag } = await fleet.node.row(phaseRow);
      const before = await fleet.version();
      const next = { ...settings, maxTokens: ++value };
      await fleet.terminate('lastgood-write');
      const { status } = await fleet.node.put(phaseRow, next, etag);
      expect([200, 503]).toContain(status);
      expect(await fleet.version()).toBe(status === 200 ? before + 1 : before);
      // The ETag is that of before: what was refused is done now, and what was done is not done twice.
      const again = await fleet.node.put(phaseRow, next, etag);
      expect(again.status).toBe(status === 503 ? 200 : 412);
      expect((await fleet.node.read()).body.maxTokens).toBe(value);
    }
  });

  describe('in the middle of a statement', () => {
    let psql: Client;

    const hold = async (lock: string): Promise<void> => {
      psql = new Client({ connectionString: fleet.url });
      await psql.connect();
      await psql.query('BEGIN');
      await psql.query(lock);
    };
    const terminateWaiting = async (name: string): Promise<void> => {
      const kill = () =>
        fleet.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
          [name],
        );
      await pollUntil(async () => (await kill()).length > 0, 'a backend waits and is terminated');
    };

    it('a poll whose backend is terminated is asked once more (CA-11)', async () => {
      const since = Date.now();
      const took: number[] = [];
      for (let round = 0; round < 5; round++) {
        await hold('LOCK TABLE lastgood.change_counter IN ACCESS EXCLUSIVE MODE');
        await terminateWaiting('lastgood-read');
        const at = performance.now();
        await psql.query('COMMIT');
        await psql.end();
        await fleet.edit(++value);
        await fleet.node.untilOnTruth(value);
        took.push(performance.now() - at);
      }
      const fault = 'pg_terminate_backend, busy';
      measured({ row, fault, what: 'edit served', value: Math.max(...took), limit: 1_000 });
      expect(complaints(since)).toEqual([]);
    });

    it('an edit whose backend is terminated is 503 with nothing done (CA-11)', async () => {
      const before = await fleet.version();
      const { settings, etag } = await fleet.node.row(phaseRow);
      await hold(`SELECT 1 FROM lastgood.change_counter WHERE stream = 'config' FOR UPDATE`);
      const putting = fleet.node.put(phaseRow, { ...settings, maxTokens: 1 }, etag);
      await terminateWaiting('lastgood-write');
      expect(await putting).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
      await psql.query('COMMIT');
      await psql.end();
      expect(await fleet.version()).toBe(before);
      expect((await fleet.node.edit(phaseRow, { maxTokens: ++value })).status).toBe(200);
    });
  });
});
