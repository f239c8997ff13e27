import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { measured, percentile } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { Fleet } from '../support/fleet.js';
import { pollUntil } from '../support/poll-until.js';
import { ReadLoad } from '../support/read-load.js';

const row = 'LISTEN';

/** Notifications are wake-ups and nothing more: whatever happens to them, the poll converges (CO-3, CO-6). */
describe('notifications', () => {
  let fleet: Fleet;
  let load: ReadLoad;
  let psql: Client;
  let value = 1_000;

  beforeAll(async () => {
    fleet = await Fleet.start({ size: 2 });
    psql = new Client({ connectionString: fleet.url });
    await psql.connect();
  });

  afterAll(async () => {
    await psql.end();
    await fleet.dispose();
  });

  beforeEach(async () => {
    await pollUntil(async () => (await listeners()).length === 2, 'both processes listen', undefined, 30_000);
    load = new ReadLoad(fleet.nodes, 20);
    await publish();
    await fleet.untilOnTruth(value);
  });

  afterEach(async () => {
    await load.stop();
    expect(load.failed).toEqual([]);
    expect(fleet.nodes.map(({ server }) => server.exitCode)).toEqual([null, null]);
    expect(load.wentBack()).toEqual([]);
  });

  const listeners = async () =>
    (
      await psql.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'lastgood-listen' AND state = 'idle'`,
      )
    ).rows;

  const publish = () =>
    psql.query(
      `UPDATE lastgood.phase_configs SET max_tokens = ${++value} WHERE phase = 'global_default' AND context_tier = 'standard'`,
    );

  /** Publishes again and again; how long each process took to serve each (ms). */
  async function expectPublications(count: number, before: () => Promise<unknown> = async () => undefined) {
    const took: number[] = [];
    for (let round = 0; round < count; round++) {
      await before();
      // At any moment between two polls.
      await pause(Math.random() * 200);
      const at = Date.now();
      await publish();
      const version = await fleet.version();
      await fleet.untilOnTruth(value);
      for (const node of fleet.nodes) {
        const applied = () =>
          node.said('changes applied', at).find((said) => Number(said.version) >= version);
        // It is served a moment before the line is written and read.
        await pollUntil(() => applied() !== undefined, 'the process tells that it applied the edit');
        took.push(applied()!.at - at);
      }
    }
    expect(took).toHaveLength(count * fleet.nodes.length);
    return took;
  }

  it('every edit is served by every process, as fast as it is notified (CO-6)', async () => {
    const took = await expectPublications(faultScale.notifiedEdits);
    const p50 = percentile(took, 0.5);
    measured({ row, fault: 'none', what: 'edit applied, p50', value: p50, limit: 100 });
    measured({ row, fault: 'none', what: 'edit applied, p99', value: percentile(took), limit: 100 });
  });

  it('edits are served by the poll while every notification is lost on a healthy connection (CO-6)', async () => {
    const quiet = `CREATE OR REPLACE FUNCTION lastgood.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT NULL::void'`;
    // The counting function looks in pg_catalog first: let it look here first for a while.
    await psql.query(quiet);
    const setPath = (path: string) =>
      psql.query(`ALTER FUNCTION lastgood.log_change(text, text[], text) SET search_path = ${path}`);
    await setPath('lastgood, pg_catalog, pg_temp');
    try {
      const took = await expectPublications(15);
      const fault = 'every notification lost';
      measured({ row, fault, what: 'edit applied, max', value: Math.max(...took), limit: 1_500 });
      // Proof that nobody was woken: a poll is waited for.
      expect(percentile(took, 0.5)).toBeGreaterThan(100);
    } finally {
      await setPath('pg_catalog, pg_temp');
      await psql.query('DROP FUNCTION lastgood.pg_notify');
    }
  });

  it('edits are served though the listening backends are terminated again and again (CO-6)', async () => {
    const took = await expectPublications(15, () => fleet.terminate('lastgood-listen'));
    const fault = 'listener terminated';
    measured({ row, fault, what: 'edit applied, max', value: Math.max(...took), limit: 1_500 });
  });

  it('edits are served though the listening connections are half-open, until they are found dead (CO-6)', async () => {
    const frozen = await listeners();
    const from = Date.now();
    for (const { pid } of frozen) process.kill(pid, 'SIGSTOP');
    try {
      const took = await expectPublications(10);
      const fault = 'listener half-open';
      measured({ row, fault, what: 'edit applied, max', value: Math.max(...took), limit: 1_500 });
      const anew = async () =>
        (await listeners()).filter(({ pid }) => !frozen.some((old) => old.pid === pid));
      await pollUntil(async () => (await anew()).length === 2, 'both listen anew', undefined, 30_000);
      measured({ row, fault, what: 'listens again', value: Date.now() - from, limit: 15_000 });
    } finally {
      for (const { pid } of frozen) process.kill(pid, 'SIGCONT');
    }
    const gone = async () => (await listeners()).length === 2;
    await pollUntil(gone, 'the frozen ones have ended');
  });

  it('notifications that are repeated, late, from the past or nonsense change nothing (CO-6)', async () => {
    const before = await fleet.version();
    const since = Date.now();
    const payloads = [
      '1',
      String(before),
      String(before - 1),
      String(before + 1_000),
      '',
      '-1',
      'NaN',
      '{}',
      'x'.repeat(7_999),
    ];
    for (let round = 0; round < 500; round++) {
      await psql.query('SELECT pg_notify($1, $2)', ['lastgood_config', payloads[round % payloads.length]]);
    }
    await load.more(50);
    for (const node of fleet.nodes) {
      expect(node.said('changes applied', since)).toEqual([]);
      expect(node.said('history', since)).toEqual([]);
    }
    expect(load.reads.every(({ body }) => body!.maxTokens >= value - 1)).toBe(true);
    const took = await expectPublications(10, async () => {
      for (const payload of payloads)
        await psql.query('SELECT pg_notify($1, $2)', ['lastgood_config', payload]);
    });
    const fault = 'duplicated, reordered';
    measured({ row, fault, what: 'edit applied, max', value: Math.max(...took), limit: 1_500 });
  });
});
